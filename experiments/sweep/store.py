"""The directory of a sweep, which survives being killed at any instant.

    manifest.json     what was asked, of which model, with which libraries, on which machine
    points.parquet    the design's points
    segments/         Parquet files of neighbouring runs (no times, no facts of the machine), named by their run numbers;
                      beside them the runs that failed
    journal.jsonl     one line for each chunk that is safely on disk, with checksums of its files and of itself
    failures.parquet  all runs that failed

A segment is written under another name, brought to the disk, renamed, and only then entered in the journal. Whatever
the journal does not know is removed and done again; so is what does not have its checksum.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import platform
import socket
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow as pa

from experiments.errors import InputError, OutsideError
from experiments.sweep.chunk import Failure, Segment
from experiments.sweep.plan import Plan
from experiments.sweep.tables import parquet_bytes, parquet_table

FORMAT = 1
MANIFEST, JOURNAL, LOCK, POINTS, FAILURES, SEGMENTS = (
    "manifest.json", "journal.jsonl", ".lock", "points.parquet", "failures.parquet", "segments")
LIBRARIES = ("netralitas", "numpy", "numba", "llvmlite", "scipy", "SALib", "pyarrow", "mesa")
OURS_BEFORE_THE_MANIFEST = (LOCK, SEGMENTS)
PARTIAL = ".partial"
SECONDS_FOR_LOCK = 0.3  # somebody may just be looking whether it is taken
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

FAILURE_SCHEMA = pa.schema([
    ("run", pa.int64()), ("point", pa.int32()), ("replicate", pa.int32()), ("seed", pa.uint64()),
    ("parameters", pa.string()), ("error", pa.string()), ("traceback", pa.string()),
])  # fmt: skip


class StoreError(InputError):
    """A directory of results cannot be used so; the message is one sentence."""


class FullDiskError(OutsideError):
    """What was to be written could not be; what was written before is intact. The message is one sentence."""


# Files ---------------------------------------------------------------------------------------------------------


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is there in full or not at all, even if the power fails."""
    partial = path.with_name(path.name + PARTIAL)
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
        _sync_folder(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk; Windows does so by itself."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def checksum(content: bytes) -> str:
    """Return the checksum that the journal keeps of a file."""
    return hashlib.sha256(content).hexdigest()


# Journal -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Chunk:
    """A chunk that is on disk, as the journal tells it.

    Attributes
    ----------
    first, last : int
        Its runs.
    rows, failures : int
        How many runs were done, and how many failed.
    bytes : int
        Size of its files.
    segment, failed : str
        Checksums of the two files; empty where there is none.
    """

    first: int
    last: int
    rows: int
    failures: int
    bytes: int
    segment: str
    failed: str

    @property
    def segment_name(self) -> str:
        """Name of the file of runs that were done."""
        return f"{self.first:09d}-{self.last:09d}.parquet"

    @property
    def failed_name(self) -> str:
        """Name of the file of runs that failed."""
        return f"{self.first:09d}-{self.last:09d}.failures.parquet"

    def files(self) -> dict[str, str]:
        """Return the checksum of each of its files by name."""
        named = {self.segment_name: self.segment, self.failed_name: self.failed}
        return {name: digest for name, digest in named.items() if digest}


def journal_line(entry: dict) -> bytes:
    """Return an entry of the journal as a line with its own checksum."""
    text = json.dumps(entry, sort_keys=True)
    return f"{zlib.crc32(text.encode()):08x} {text}\n".encode()


def read_journal(path: Path) -> tuple[list[dict], int]:
    """Return the entries of a journal that are whole, and how many lines are not."""
    entries, damaged = [], 0
    content = path.read_bytes() if path.exists() else b""
    for line in content.splitlines(keepends=True):
        code, _, text = line.rstrip(b"\n").partition(b" ")
        if line.endswith(b"\n") and code == f"{zlib.crc32(text):08x}".encode():
            entries.append(json.loads(text))
        else:
            damaged += 1
    return entries, damaged


def chunks_in(entries: list[dict]) -> list[Chunk]:
    """Return the chunks that a journal tells of, in the order of their runs."""
    found = {}
    for entry in entries:
        if entry["what"] == "chunk":
            found[entry["first"]] = Chunk(**{name: value for name, value in entry.items() if name != "what"})
    return [found[first] for first in sorted(found)]


def planned_in(entries: list[dict]) -> int:
    """Return how many runs a sweep had come to know of."""
    return max((entry["planned"] for entry in entries if entry["what"] == "round"), default=0)


def has_ended(entries: list[dict]) -> bool:
    """Return whether a sweep had nothing left to do."""
    return any(entry["what"] == "end" for entry in entries)


# Manifest ------------------------------------------------------------------------------------------------------


def library_versions() -> dict[str, str]:
    """Return the versions of what results can depend on."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def commit() -> dict | None:
    """Return the commit of the sources and whether they are as committed; None outside a repository."""
    import subprocess

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=Path(__file__).parent, capture_output=True, text=True, check=True,
                              timeout=10).stdout.strip()

    try:
        return {"id": git("rev-parse", "HEAD"), "clean": not git("status", "--porcelain", "--untracked-files=no")}
    except (OSError, subprocess.SubprocessError):
        return None


def recipe_of(plan: Plan) -> dict:
    """Return what a manifest says of the results, which must not change while they grow."""
    design = plan.design
    return {
        "format": FORMAT,
        "design": {"name": design.name, "source": design.source, "files": dict(design.files),
                   "scenario": design.scenario.to_toml(), "scenario_name": design.scenario.name},
        "runs": plan.most_runs,
        "recipe": plan.recipe,
        "versions": library_versions(),
    }


def circumstances() -> dict:
    """Return what a manifest says of where and from which sources results were begun."""
    import psutil

    return {
        "commit": commit(),
        "machine": {"system": platform.platform(), "processor": platform.machine(), "cores": os.cpu_count(),
                    "memory": psutil.virtual_memory().total, "host": socket.gethostname()},
    }


def read_manifest(directory: Path) -> dict:
    """Return the manifest of a directory of results.

    Raises
    ------
    StoreError
        If there is none, or it cannot be read.
    """
    path = directory / MANIFEST
    if not directory.is_dir():
        raise StoreError(f"{directory}: there is no such directory of results")
    try:
        manifest = json.loads(path.read_bytes())
        if manifest["format"] != FORMAT:
            raise StoreError(f"{directory}: these results have format {manifest['format']}, and this version reads {FORMAT}")
    except FileNotFoundError:
        raise StoreError(f"{directory}: this is no directory of results, since it has no {MANIFEST}") from None
    except (ValueError, KeyError, TypeError):
        raise StoreError(f"{path}: this is damaged; give another directory, or remove this one") from None
    return manifest


def differences(old: dict, new: dict) -> list[str]:
    """Say what differs between two manifests in what results depend on."""
    found = []
    for name in sorted({*old["recipe"], *new["recipe"]} - {"model"}):
        before, after = old["recipe"].get(name), new["recipe"].get(name)
        if before != after and isinstance(before, dict) and isinstance(after, dict):
            found += [f"{entry} was {before.get(entry)} and is {after.get(entry)}"
                      for entry in sorted({*before, *after}) if before.get(entry) != after.get(entry)]
        elif before != after:
            found.append(f"{name} was {_short(before)} and is {_short(after)}")
    for name in sorted({*old["versions"], *new["versions"]}):
        before, after = old["versions"].get(name), new["versions"].get(name)
        if before != after:
            found.append(f"{name} was {before} and is {after}")
    if old["recipe"].get("model") != new["recipe"].get("model"):
        found.append("the model's code has changed")
    return found


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


# The directory -------------------------------------------------------------------------------------------------


class Store:
    """A directory of results that one sweep writes; others wait outside.

    Parameters
    ----------
    directory : pathlib.Path
    plan : Plan

    Raises
    ------
    StoreError
        If it is something else's, another design's or version's, or another sweep writes to it.

    Attributes
    ----------
    mended : list of str
        What was found torn, altered or missing, and will be done again.
    """

    def __init__(self, directory: Path, plan: Plan):
        self.directory = directory
        self.mended: list[str] = []
        self._segments = directory / SEGMENTS
        self._chunks: list[Chunk] = []
        _check_is_ours(directory)
        self._segments.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(directory)
        try:
            self._settle(plan)
            self._journal = _opened_journal(directory)
        except BaseException:
            self._lock.release()
            raise

    def _settle(self, plan: Plan) -> None:
        """Compare with what is there, and clear away what a killed sweep left."""
        manifest = recipe_of(plan)
        if (self.directory / MANIFEST).exists():
            old = read_manifest(self.directory)
            if found := differences(old, manifest):
                more = f" and {len(found) - 3} more" if len(found) > 3 else ""
                raise StoreError(f"{self.directory}: these results were made by another design or version: "
                                 f"{'; '.join(found[:3])}{more}; give another directory, or remove this one")
            if old["design"] != manifest["design"]:
                write_whole(self.directory / MANIFEST, _json(old | {"design": manifest["design"]}))
        else:
            write_whole(self.directory / POINTS, parquet_bytes(points_table(plan)))
            write_whole(self.directory / MANIFEST, _json(manifest | circumstances()))
        self._read_back()

    def _read_back(self) -> None:
        """Keep the chunks that are on disk as the journal says, and remove every other file."""
        path = self.directory / JOURNAL
        entries, damaged = read_journal(path)
        kept, lost = [], []
        for chunk in chunks_in(entries):
            found = faults(self._segments, chunk)
            (lost if found else kept).append(chunk)
            self.mended += found
        self._chunks = kept
        self._planned = planned_in(entries)
        self._ended = has_ended(entries) and not damaged and not lost
        if damaged or lost:
            lines = [journal_line({"what": "chunk", **asdict(chunk)}) for chunk in kept]
            write_whole(path, b"".join([*lines, journal_line({"what": "round", "planned": self._planned})]))
        known = {name for chunk in kept for name in chunk.files()}
        for file in self._segments.iterdir():
            if file.name not in known:
                file.unlink()

    @property
    def done(self) -> int:
        """Runs on disk, the failed ones included."""
        return sum(chunk.last - chunk.first + 1 for chunk in self._chunks)

    @property
    def failed(self) -> int:
        """Runs on disk that failed."""
        return sum(chunk.failures for chunk in self._chunks)

    @property
    def bytes(self) -> int:
        """Size of all segments."""
        return sum(chunk.bytes for chunk in self._chunks)

    def gaps(self, first: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the stretches (first, last) of runs from ``first`` to ``end - 1`` that are not on disk."""
        for chunk in list(self._chunks):
            if chunk.last < first or chunk.first >= end:
                continue
            if chunk.first > first:
                yield first, chunk.first - 1
            first = chunk.last + 1
        if first < end:
            yield first, end - 1

    def write(self, segment: Segment) -> None:
        """Bring a chunk to the disk, and then enter it in the journal.

        Raises
        ------
        FullDiskError
            If it does not fit; everything written before is intact.
        """
        failed = parquet_bytes(failures_table(segment.failures)) if segment.failures else b""
        chunk = Chunk(segment.first, segment.last, segment.rows, len(segment.failures), len(segment.content) + len(failed),
                      checksum(segment.content) if segment.rows else "", checksum(failed) if failed else "")
        try:
            if segment.rows:
                write_whole(self._segments / chunk.segment_name, segment.content)
            if failed:
                write_whole(self._segments / chunk.failed_name, failed)
            self._append({"what": "chunk", **asdict(chunk)})
        except OSError as error:
            reason = "the disk is full" if error.errno in NO_ROOM else f"it cannot be written ({error.strerror})"
            raise FullDiskError(f"{self.directory}: {reason}; {self.done:,} runs are safe there, and the same command goes "
                                "on from there once there is room") from None
        self._chunks.insert(bisect_left(self._chunks, chunk.first, key=lambda one: one.first), chunk)

    def enter_round(self, planned: int) -> None:
        """Note in the journal how many runs there are by now."""
        if planned > self._planned:
            self._planned = planned
            self._append({"what": "round", "planned": planned})

    def enter_end(self) -> None:
        """Note in the journal that nothing is left to do."""
        if not self._ended:
            self._ended = True
            self._append({"what": "end"})

    def _append(self, entry: dict) -> None:
        """Add a line to the journal; a line that does not fit is cut off again."""
        line, before = journal_line(entry), os.fstat(self._journal.fileno()).st_size
        try:
            if self._journal.write(line) < len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(self._journal.fileno())
        except OSError:
            with contextlib.suppress(OSError):
                self._journal.truncate(before)
            raise

    def columns(self, end: int, names: list[str]) -> Iterator[pa.Table]:
        """Yield some columns of the runs before ``end``, in canonical order."""
        for chunk in self._chunks:
            if chunk.rows and chunk.first < end:
                yield parquet_table(self._segments / chunk.segment_name, names)

    def gather_failures(self) -> None:
        """Write all failed runs into one file; remove it where none failed."""
        target = self.directory / FAILURES
        if not self.failed:
            target.unlink(missing_ok=True)
            return
        tables = [parquet_table(self._segments / chunk.failed_name) for chunk in self._chunks if chunk.failures]
        write_whole(target, parquet_bytes(pa.concat_tables(tables)))

    def forget_failures(self) -> None:
        """Let chunks with failed runs be done again."""
        kept = [chunk for chunk in self._chunks if not chunk.failures]
        if len(kept) == len(self._chunks):
            return
        self._journal.close()
        write_whole(self.directory / JOURNAL, b"".join(journal_line({"what": "chunk", **asdict(one)}) for one in kept))
        self._read_back()
        self._journal = _opened_journal(self.directory)

    def close(self) -> None:
        """Let others write."""
        with contextlib.suppress(OSError):
            self._journal.close()
        self._lock.release()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened_journal(directory: Path) -> io.FileIO:
    """Return the journal, open for adding lines; nothing of it waits in a buffer."""
    return (directory / JOURNAL).open("ab", buffering=0)


def faults(segments: Path, chunk: Chunk) -> list[str]:
    """Say which files of a chunk are missing or altered."""
    found = []
    for name, digest in chunk.files().items():
        try:
            content = (segments / name).read_bytes()
        except FileNotFoundError:
            found.append(f"{segments / name} is missing")
            continue
        if checksum(content) != digest:
            found.append(f"{segments / name} is torn or was altered")
    return found


def failures_table(failures: tuple[Failure, ...]) -> pa.Table:
    """Return failed runs as a table."""
    return pa.Table.from_pylist([asdict(failure) for failure in failures], schema=FAILURE_SCHEMA)


def points_table(plan: Plan) -> pa.Table:
    """Return the points of a design as a table: number, name, role and factors."""
    points = plan.points
    columns = {
        "point": pa.array(range(len(points)), pa.int32()),
        "name": pa.array([points.name(point) for point in range(len(points))], pa.string()),
        "name_id": pa.array([points.name(point, "id") for point in range(len(points))], pa.string()),
        "sample": pa.array(points.sample),
        "baseline": pa.array([point == points.baseline for point in range(len(points))], pa.bool_()),
    }
    columns |= {factor.name: pa.array(points.values[:, place], mask=points.values[:, place] != points.values[:, place])
                for place, factor in enumerate(points.factors)}
    return pa.table(columns)


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


def _check_is_ours(directory: Path) -> None:
    """Refuse a directory that holds something else."""
    if directory.exists() and not directory.is_dir():
        raise StoreError(f"--out {directory} is there already and is no directory")
    if not directory.exists() or (directory / MANIFEST).exists():
        return
    others = [path.name for path in directory.iterdir() if path.name not in OURS_BEFORE_THE_MANIFEST
              and not path.name.endswith(PARTIAL) and path.name != POINTS]
    if others:
        raise StoreError(f"--out {directory} holds something else ({others[0]}); give an empty or a new directory")


def _locked(directory: Path):
    """Return the lock of a directory, taken; the system gives it back even if this process is killed."""
    from filelock import FileLock, Timeout

    path = directory / LOCK
    lock = FileLock(path, timeout=SECONDS_FOR_LOCK)
    try:
        lock.acquire()
    except Timeout:
        raise StoreError(f"{directory}: another sweep is writing there; wait until it ends, or give another directory") from None
    return lock


def is_locked(directory: Path) -> bool:
    """Return whether a sweep is writing to a directory now."""
    from filelock import FileLock, Timeout

    if not (directory / LOCK).exists():
        return False
    try:
        with FileLock(directory / LOCK, timeout=0):
            return False
    except Timeout:
        return True
