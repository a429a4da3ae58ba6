"""How a table in Parquet is read from bytes that are here already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow


def rows_of(data: bytes, columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The rows of a table.

    Args:
        data: A Parquet file.
        columns: Those that are wanted (None: all).

    Raises:
        pyarrow.ArrowException, OSError, KeyError: It is no such file, or lacks a column.
    """
    table = _read(data, columns)
    if absent := set(columns or ()) - set(table.column_names):
        raise KeyError(*absent)
    return table.to_pylist()  # type: ignore[no-any-return]


def _read(data: bytes, columns: Sequence[str] | None) -> pyarrow.Table:
    """In this thread, and from memory of Arrow: its threads may outlive a read, and abort the interpreter at its end if
    they hold a file of Python's then (apache/arrow#33975, #50482)."""
    import pyarrow
    from pyarrow import parquet

    with parquet.ParquetFile(pyarrow.BufferReader(data), pre_buffer=False) as file:
        return file.read(columns, use_threads=False)
