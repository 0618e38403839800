"""The months of every replicate as a file: one row a replicate and month, one column a measure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from experiments.summary import phases_of, year_of
from model.measures import column_names, measured_table
from model.scenario import Scenario

KEYS = [("replicate", pa.int64()), ("seed", pa.uint64()), ("month", pa.int64()), ("year", pa.int64()),
        ("phase", pa.string())]


class MonthlyFile:
    """A CSV or Parquet file that grows replicate by replicate.

    Parameters
    ----------
    path : pathlib.Path
        Where to write; its ending says how.
    scenario : Scenario
        What is run; a Parquet file keeps its text, to say where the numbers come from.
    """

    def __init__(self, path: Path, scenario: Scenario):
        self._scenario = scenario
        self._phases = phases_of(scenario)
        self._rows = 0
        fields = [*KEYS, *((name, pa.float64()) for name in column_names())]
        if path.suffix.lower() == ".csv":
            from pyarrow import csv

            plain = csv.WriteOptions(quoting_style="needed", quoting_header="none")
            self._schema = pa.schema(fields)
            self._writer = csv.CSVWriter(path, self._schema, write_options=plain)
        else:
            from pyarrow import parquet

            self._schema = pa.schema(fields, metadata={"netralitas_scenario": scenario.to_toml()})
            self._writer = parquet.ParquetWriter(path, self._schema)

    def add(self, seeds: Sequence[int], counts: np.ndarray) -> None:
        """Write some replicates.

        Parameters
        ----------
        seeds : sequence of int
            Their seeds.
        counts : float array, shape (replicates, months, TALLY_VALUES)
            What was counted; a measure with nothing to divide by leaves its cell empty.
        """
        runs, months = counts.shape[:2]
        month = np.arange(1, months + 1)
        keys = [
            np.repeat(np.arange(self._rows + 1, self._rows + runs + 1), months),
            np.repeat(np.array(seeds, np.uint64), months),
            np.tile(month, runs),
            np.tile(year_of(month), runs),
            self._phases * runs,
        ]
        table = measured_table(counts).reshape(runs * months, -1)
        arrays = [pa.array(key, kind) for key, (_, kind) in zip(keys, KEYS, strict=True)]
        arrays += [pa.array(column, mask=~np.isfinite(column)) for column in np.ascontiguousarray(table.T)]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self._rows += runs

    def __enter__(self) -> MonthlyFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()
