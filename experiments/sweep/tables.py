"""Tables as Parquet, the same wherever and whenever they are read and written."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet


def parquet_bytes(table: pa.Table) -> bytes:
    """Return a table as the content of a Parquet file, without times or facts of this machine."""
    sink = io.BytesIO()
    parquet.write_table(table, sink, compression="zstd", use_dictionary=False, write_statistics=False)
    return sink.getvalue()


def parquet_table(source: bytes | Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the table in a Parquet file.

    Read by the calling thread alone: Arrow's own threads may still let go of ``source`` when Python ends, which aborts a
    process whose work is done (apache/arrow issue 34314).

    Parameters
    ----------
    source : bytes or pathlib.Path
        The content of the file, or the file.
    columns : sequence of str, optional
        The columns wanted, in their order; by default all, in the order of the file.
    """
    with parquet.ParquetFile(pa.BufferReader(source) if isinstance(source, bytes) else source, pre_buffer=False) as file:
        table = file.read(columns=columns, use_threads=False)
    return table if columns is None else table.select(columns)
