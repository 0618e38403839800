"""Workers in other processes or on other machines, by Dask; needs the extra [cluster]."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor

from experiments.errors import InputError, OutsideError
from experiments.sweep.execute import Crew
from model.engine import threads_available

SECONDS_TO_ANSWER = 10
DEATHS_BEFORE_SUSPICION = 1  # of workers that held a chunk, more than which it is taken for guilty
SECONDS_TO_LEAVE = 1


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
    dask.config.set({"distributed.scheduler.allowed-failures": DEATHS_BEFORE_SUSPICION,
                     "distributed.comm.timeouts.connect": f"{SECONDS_TO_ANSWER}s",
                     "distributed.admin.tick.limit": "1h"})
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # its complaints come as exceptions, too
    lost = (distributed.client.FutureCancelledError, distributed.CommClosedError)
    with contextlib.ExitStack() as stack:
        client = _client(stack, distributed, workers or threads_available(), scheduler)
        width = sum(client.nthreads().values())
        executor = client.get_executor(pure=False)
        try:
            yield Crew(executor, width, killed=(distributed.KilledWorker, BrokenExecutor))
        except lost as error:
            raise OutsideError(f"The scheduler {client.scheduler.address} was lost ({type(error).__name__}); the same "
                               "command goes on from what is written") from None
        finally:
            executor.shutdown(wait=False)


def _client(stack: contextlib.ExitStack, distributed, workers: int, scheduler: str | None):
    """Return a client of the scheduler, or of a cluster on this machine."""
    if scheduler is None:
        cluster = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None,
                                           silence_logs=logging.CRITICAL)
        stack.callback(cluster.close, SECONDS_TO_LEAVE)
        client = distributed.Client(cluster, timeout=SECONDS_TO_ANSWER, set_as_default=False)
        stack.callback(client.close, SECONDS_TO_LEAVE)
        return client
    try:
        client = distributed.Client(scheduler, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = f"did not answer within {SECONDS_TO_ANSWER} s" if isinstance(error, OSError) else f"is no address ({error})"
        raise SchedulerError(f"--scheduler {scheduler} {reason}") from None
    stack.callback(client.close, SECONDS_TO_LEAVE)
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
    except TimeoutError:
        raise SchedulerError(f"--scheduler {scheduler} has had no worker for {SECONDS_TO_ANSWER} s; start one with: "
                             f"dask worker {scheduler}") from None
    return client
