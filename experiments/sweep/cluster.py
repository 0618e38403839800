"""Workers in other processes or on other machines, by Dask; needs the extra [cluster]."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from functools import partial

import psutil

from experiments.errors import InputError, OutsideError
from experiments.sweep.chunk import warm_up
from experiments.sweep.execute import Crew
from model.engine import threads_available

SECONDS_TO_ANSWER = 10
DEATHS_FORGIVEN = 0  # of workers that held a chunk; one whose worker died is done again alone
SECONDS_TO_LEAVE = 10
SECONDS_TO_GIVE_UP = 0.5
SECONDS_WITHOUT_WORKERS = 60
SECONDS_BETWEEN_LOOKS = 5
SECONDS_TO_START = 60  # of a client or workers that are known to be there; a busy machine takes long


class SchedulerError(InputError):
    """A scheduler cannot be used; the message is one sentence."""


@contextlib.contextmanager
def dask_crew(workers: int | None = None, scheduler: str | None = None) -> Iterator[Crew]:
    """Give workers of a Dask cluster.

    Parameters
    ----------
    workers : int, optional
        Processes of a cluster on this machine; by default one for each processor.
    scheduler : str, optional
        Address of a cluster's scheduler, such as ``tcp://10.0.0.1:8786``, to use instead.

    Raises
    ------
    SchedulerError
        If Dask is not installed, or the scheduler does not answer or has no workers.
    OutsideError
        If the cluster is lost on the way.
    """
    try:
        import dask
        import distributed
    except ImportError:
        raise SchedulerError("--engine dask needs Dask; install it with: pip install 'netralitas[cluster]'") from None
    dask.config.set({"distributed.scheduler.allowed-failures": DEATHS_FORGIVEN,
                     "distributed.comm.timeouts.connect": f"{SECONDS_TO_ANSWER}s",
                     "distributed.admin.tick.limit": "1h"})
    _silence()
    lost = (CancelledError, distributed.client.FutureCancelledError, distributed.comm.CommClosedError)
    with contextlib.ExitStack() as stack:
        client = _client(stack, distributed, workers or threads_available(), scheduler)
        width = sum(client.nthreads().values())
        executor = client.get_executor(pure=False)
        try:
            yield Crew(executor, width, killed=(distributed.KilledWorker, BrokenExecutor),
                       look_after=Attendance(client).check)
        except ImportError as error:
            raise SchedulerError(f"A worker lacks what is installed here ({error}); install the same there") from None
        except lost as error:
            raise OutsideError(f"The scheduler {client.scheduler.address} was lost ({type(error).__name__}); the same "
                               "command goes on from what is written") from None
        finally:
            executor.shutdown(wait=False)


class Attendance:
    """Notices when a cluster has been without workers for long.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client):
        self._client = client
        self._looked = self._seen = time.monotonic()

    def check(self) -> None:
        """Look, but not too often.

        Raises
        ------
        OutsideError
            If nobody has been there for long.
        """
        now = time.monotonic()
        if now - self._looked < SECONDS_BETWEEN_LOOKS:
            return
        self._looked = now
        if self._client.nthreads():
            self._seen = now
        elif now - self._seen > SECONDS_WITHOUT_WORKERS:
            raise OutsideError(f"The scheduler {self._client.scheduler.address} has had no worker for "
                               f"{SECONDS_WITHOUT_WORKERS} s; the same command goes on from what is written")


def _silence() -> None:
    """Let Dask's loggers say nothing: what matters of their pages of complaints comes as exceptions, too."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _client(stack: contextlib.ExitStack, distributed, workers: int, scheduler: str | None):
    """Return a client of the scheduler, or of a cluster on this machine; the stack ends what was started for it."""
    if scheduler is not None:
        return _client_of(stack, distributed, scheduler)
    warm_up()  # before several processes compile the same
    # Workers that are ended by force leave semaphores behind; Python removes them, but should not complain of it.
    os.environ.setdefault("PYTHONWARNINGS", "ignore:resource_tracker:UserWarning")
    cluster = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None,
                                       silence_logs=logging.CRITICAL)
    stack.push(partial(_end, cluster))
    client = distributed.Client(cluster, timeout=SECONDS_TO_START, set_as_default=False)
    stack.push(partial(_leave, client))
    return client


def _client_of(stack: contextlib.ExitStack, distributed, scheduler: str):
    """Return a client of a scheduler elsewhere."""
    if "://" not in scheduler:
        raise SchedulerError(f"--scheduler {scheduler} is no address; it looks like tcp://10.0.0.1:8786")
    try:
        asyncio.run(asyncio.wait_for(_ask(scheduler), SECONDS_TO_ANSWER))
    except ValueError as error:
        raise SchedulerError(f"--scheduler {scheduler} is no address ({error}); it looks like tcp://10.0.0.1:8786") from None
    except (OSError, TimeoutError):
        raise SchedulerError(f"--scheduler {scheduler} did not answer within {SECONDS_TO_ANSWER} s") from None
    except Exception:  # whatever Dask makes of an answer that is not a scheduler's
        raise SchedulerError(f"--scheduler {scheduler} answers, but not as a Dask scheduler of this version does") from None
    client = distributed.Client(scheduler, timeout=SECONDS_TO_START, set_as_default=False)
    stack.push(partial(_leave, client))
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
    except TimeoutError:
        raise SchedulerError(f"--scheduler {scheduler} has had no worker for {SECONDS_TO_ANSWER} s; start one with: "
                             f"dask worker {scheduler}") from None
    return client


async def _ask(scheduler: str) -> None:
    """Ask a scheduler who it is: a client that nobody answers would take much longer to give up."""
    from distributed.comm import connect

    comm = await connect(scheduler, timeout=SECONDS_TO_ANSWER)
    try:
        await comm.write({"op": "identity", "reply": True})
        await comm.read()
    finally:
        comm.abort()


def _leave(client, failed: type[BaseException] | None, *_: object) -> None:
    """Leave a cluster, at once if something failed."""
    with contextlib.suppress(TimeoutError, OSError):
        client.close(SECONDS_TO_GIVE_UP if failed else SECONDS_TO_LEAVE)


def _end(cluster, failed: type[BaseException] | None, *_: object) -> None:
    """End a cluster on this machine, by force where a worker is busy."""
    pids = [worker.pid for worker in cluster.workers.values()]
    workers = [psutil.Process(pid) for pid in pids if pid and psutil.pid_exists(pid)]
    with contextlib.suppress(TimeoutError, OSError):
        cluster.close(SECONDS_TO_GIVE_UP if failed else SECONDS_TO_LEAVE)
    for worker in workers:
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.kill()
