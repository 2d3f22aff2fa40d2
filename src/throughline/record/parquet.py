"""Rows of CSV into one Parquet file, a group of rows at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

GROUP_ROWS = 100_000
"""Rows of a group, which is what is held in memory here, and what a reader skips or reads as a whole."""


def write(path: Path, *, columns: Mapping[str, str], rows: Iterable[bytes]) -> int:
    """Write rows, each one line of CSV in the order of `columns`, and return how many there were.

    The rows are taken in this thread: Arrow's own streaming reader would ask for them in another, and a
    database connection belongs to the thread that opened it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(name, _arrow(kind)) for name, kind in columns.items()])
    written = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(iter(rows)):
            table = _read(group, schema)
            writer.write_table(table)
            written += table.num_rows
        if not written:
            writer.write_table(schema.empty_table())
    return written


def _groups(rows: Iterator[bytes]) -> Iterator[bytes]:
    while group := b"".join(islice(rows, GROUP_ROWS)):
        yield group


def _read(group: bytes, schema: pa.Schema) -> pa.Table:
    from pyarrow import csv

    return csv.read_csv(
        BytesIO(group),
        read_options=csv.ReadOptions(column_names=schema.names),
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=csv.ConvertOptions(
            column_types=schema,
            null_values=[""],
            true_values=["t"],
            false_values=["f"],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _arrow(kind: str) -> pa.DataType:
    import pyarrow as pa

    return {
        "text": pa.string(),
        "timestamp with time zone": pa.timestamp("us", "UTC"),
        "date": pa.date32(),
        "boolean": pa.bool_(),
        "bigint": pa.int64(),
        "double precision": pa.float64(),
    }[kind]
