"""Reads a directory of results: as tables for analysis, or exported in one canonical order.

Reading needs no lock: whatever the journal tells of is on disk. Each segment is held against its checksum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from experiments.sweep.chunk import Job, schema_of
from experiments.sweep.design import Design, Factor, load_design_text
from experiments.sweep.points import Points
from experiments.sweep.store import (
    FAILURE_SCHEMA,
    JOURNAL,
    POINTS,
    SEGMENTS,
    StoreError,
    checksum,
    chunks_in,
    has_ended,
    planned_in,
    read_journal,
    read_manifest,
)
from experiments.sweep.tables import parquet_table

ROWS_AT_ONCE = 8192
KEYS = ("run", "point", "replicate", "seed")


def open_results(directory: Path | str) -> Results:
    """Return the results in a directory.

    Raises
    ------
    StoreError, DesignError
        If it is no directory of results, or its manifest does not suit this version.
    """
    return Results(Path(directory))


class Results:
    """What a sweep has brought to the disk so far.

    Parameters
    ----------
    directory : pathlib.Path

    Attributes
    ----------
    manifest : dict
        See ``experiments.sweep.store``.
    planned, done, failed : int
        Runs that are known to be needed, that are on disk, and those of them that failed.
    complete : bool
        Whether nothing is left to do.
    bytes : int
        Size of all segments.
    """

    def __init__(self, directory: Path):
        self.directory = directory
        self.manifest = read_manifest(directory)
        entries, _ = read_journal(directory / JOURNAL)
        self._chunks = chunks_in(entries)
        self.complete = has_ended(entries)
        self.planned = planned_in(entries) or self.manifest["runs"]
        self.done = sum(chunk.last - chunk.first + 1 for chunk in self._chunks)
        self.failed = sum(chunk.failures for chunk in self._chunks)
        self.bytes = sum(chunk.bytes for chunk in self._chunks)

    @cached_property
    def design(self) -> Design:
        """The design that was asked."""
        kept = self.manifest["design"]
        return load_design_text(kept["source"], kept["name"], kept["files"].__getitem__)

    # Tables

    @cached_property
    def points(self) -> pd.DataFrame:
        """The points: name, sample, baseline, and a column for each factor; the index is the point."""
        return parquet_table(self.directory / POINTS).to_pandas(use_threads=False).set_index("point").drop(columns="name_id")

    def point_name(self, point: int, language: str = "en") -> str:
        """Return what a point is called; empty where it has no name."""
        table = parquet_table(self.directory / POINTS, ["name", "name_id"])
        return table["name_id" if language == "id" else "name"][point].as_py()

    def settings(self, point: int) -> dict[str, float]:
        """Return the parameters that a point sets."""
        return self._as_points.settings(point)

    @cached_property
    def _as_points(self) -> Points:
        factors: tuple[Factor, ...] = self.design.factors
        values = self.points[[factor.name for factor in factors]].to_numpy(np.float64)
        baseline = int(np.argmax(self.points["baseline"]))
        return Points(factors, values, self.points["sample"].to_numpy(), baseline, tuple({} for _ in values))

    def runs(self) -> pd.DataFrame:
        """Return one row for each run that was done: run, point, replicate, seed, and a column for each outcome."""
        names = [*KEYS, *(outcome.name for outcome in self.design.outcomes)]
        return self._table(names).to_pandas(use_threads=False)

    @cached_property
    def periods(self) -> pd.DataFrame:
        """The periods of the series: first_month, last_month; with a path also step, value and direction."""
        table = pd.DataFrame(self.design.periods, columns=["first_month", "last_month"])
        table.index.name = "period"
        if walk := self.design.path:
            top = len(walk.values) // 2
            table["step"] = range(len(walk.values))
            table["value"] = walk.values
            table["direction"] = ["up" if step <= top else "down" for step in range(len(walk.values))]
        return table

    def series(self, outcomes: Iterable[str] | None = None) -> pd.DataFrame:
        """Return one row for each run and period: run, point, replicate, period, and a column for each outcome.

        Parameters
        ----------
        outcomes : iterable of str, optional
            Some of ``design.series_outcomes``; by default all.
        """
        return self._long(self._table([*KEYS, *self._series_columns(outcomes)])).to_pandas(use_threads=False)

    def _series_columns(self, outcomes: Iterable[str] | None = None) -> list[str]:
        chosen = self.design.series_outcomes if outcomes is None else outcomes
        return [f"series:{name}" for name in chosen]

    def _long(self, table: pa.Table) -> pa.Table:
        """Return a table of series with a row for each run and period."""
        periods = len(self.design.periods)
        repeat = np.repeat(np.arange(len(table)), periods)
        columns = {name: table[name].take(repeat) for name in ("run", "point", "replicate")}
        columns["period"] = pa.array(np.tile(np.arange(periods, dtype=np.int32), len(table)))
        for name in table.column_names[len(KEYS):]:
            columns[name.removeprefix("series:")] = pa.chunked_array(
                [chunk.flatten() for chunk in table[name].chunks], pa.float32())
        return pa.table(columns)

    def regional(self) -> pd.DataFrame:
        """Return a trial's regions: run, replicate, region, arm, and for each outcome a column with and without "_before"."""
        names = [name for outcome in self.design.outcomes for name in (outcome.name, f"{outcome.name}_before")]
        table = self._table(["run", "replicate", "regional:arm", *(f"regional:{name}" for name in names)])
        table = table.filter(table["regional:arm"].is_valid())
        regions = self.design.scenario.regions
        frame = {name: np.repeat(table[name].to_numpy(), regions) for name in ("run", "replicate")}
        frame["region"] = np.tile(np.arange(regions), len(table))
        for name in ("arm", *names):
            frame[name] = table[f"regional:{name}"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
        return pd.DataFrame(frame)

    def failures(self) -> pd.DataFrame:
        """Return the runs that failed: run, point, replicate, seed, parameters (JSON), error, traceback."""
        tables = [self._read(chunk.failed_name, chunk.failed) for chunk in self._chunks if chunk.failures]
        return pa.concat_tables([FAILURE_SCHEMA.empty_table(), *tables]).to_pandas(use_threads=False)

    # Segments

    def segments(self, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """Yield the runs that were done, segment by segment, in canonical order.

        Raises
        ------
        StoreError
            If a segment is missing, torn or altered.
        """
        for chunk in self._chunks:
            if chunk.rows:
                yield self._read(chunk.segment_name, chunk.segment, columns)

    def _table(self, columns: list[str]) -> pa.Table:
        design = self.design
        job = Job(design.scenario, design.from_month, design.path, design.trial, design.outcomes, design.series_outcomes,
                  design.periods, "", "")
        schema = pa.schema([schema_of(job).field(name) for name in columns])
        return pa.concat_tables([schema.empty_table(), *self.segments(columns)])

    def _read(self, name: str, digest: str, columns: list[str] | None = None) -> pa.Table:
        path = self.directory / SEGMENTS / name
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise StoreError(f"{path} is missing; the command that made these results makes it again") from None
        if checksum(content) != digest:
            raise StoreError(f"{path} is torn or was altered; the command that made these results makes it again")
        return parquet_table(content, columns)

    # Export

    def export(self, path: Path, series: bool = False) -> int:
        """Write all runs into one file, in canonical order; the same runs give the same bytes.

        Parameters
        ----------
        path : pathlib.Path
            Where to; ``.csv`` or ``.parquet``.
        series : bool
            One row for each run and period instead of one for each run.

        Returns
        -------
        int
            How many rows were written.
        """
        writer = None
        rows = 0
        try:
            for table in _even(self._exported(series)):
                writer = writer or _writer(path, table.schema)
                writer.write_table(table, ROWS_AT_ONCE) if path.suffix == ".parquet" else writer.write_table(table)
                rows += len(table)
            if writer is None:
                raise StoreError(f"{self.directory} holds no run yet")
        finally:
            if writer is not None:
                writer.close()
        return rows

    def _exported(self, series: bool) -> Iterator[pa.Table]:
        points = parquet_table(self.directory / POINTS).drop_columns(["point", "name_id", "sample", "baseline"])
        outcomes = [outcome.name for outcome in self.design.outcomes]
        for table in self.segments():
            if series:
                yield self._long(table.select([*KEYS, *self._series_columns()]))
                continue
            place = table["point"]
            columns = {"run": table["run"], "identity": pa.array([one.as_py().hex() for one in table["identity"]]),
                       "point": place}
            columns |= {f"{name}": points[name].take(place) for name in points.column_names}
            columns |= {name: table[name] for name in ("replicate", "seed", *outcomes)}
            yield pa.table(columns)


def _even(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Cut tables anew into pieces of one size, so that nothing tells how they were cut before."""
    waiting: list[pa.Table] = []
    rows = 0
    for table in tables:
        waiting.append(table)
        rows += len(table)
        if rows >= ROWS_AT_ONCE:
            whole = pa.concat_tables(waiting).combine_chunks()
            full = rows - rows % ROWS_AT_ONCE
            for start in range(0, full, ROWS_AT_ONCE):
                yield whole.slice(start, ROWS_AT_ONCE).combine_chunks()
            waiting, rows = [whole.slice(full)], rows - full
    if rows:
        yield pa.concat_tables(waiting).combine_chunks()


def _writer(path: Path, schema: pa.Schema):
    if path.suffix == ".csv":
        from pyarrow import csv

        return csv.CSVWriter(path, schema, write_options=csv.WriteOptions(quoting_style="needed", quoting_header="none"))
    return parquet.ParquetWriter(path, schema, compression="zstd")


