"""Rows of CSV as Parquet, a group at a time, so that an export of any size holds as much as one of a few groups."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from throughline.record import parquet

COLUMNS = {"case_id": "text", "transferred_at": "timestamp with time zone", "contacts": "bigint"}
GROUP = 2_000
POOLS: list[pa.MemoryPool] = []
"""Kept to the end: what Arrow's threads hold of a pool is given back to it later, and a pool that is gone is a crash."""

# Kept as long as the process: Arrow's own threads give memory back after what they worked for is returned, and one
# that gives it back to a pool that is gone ends the process.
POOLS: list[pa.MemoryPool] = []


def rows(many: int) -> Iterator[bytes]:
    for number in range(many):
        yield b"case-%d,2020-05-28 10:00:00+00,%d\n" % (number, number % 7)


def peak(path: Path, many: int) -> int:
    """Return the most bytes that Python and Arrow held together at their fullest while so many rows were written."""
    default = pa.default_memory_pool()
    pool = pa.proxy_memory_pool(default)
    POOLS.append(pool)
    pa.set_memory_pool(pool)
    tracemalloc.start()
    try:
        assert parquet.write(path, columns=COLUMNS, rows=rows(many)) == many
        _, python = tracemalloc.get_traced_memory()
        return python + pool.max_memory()
    finally:
        tracemalloc.stop()
        pa.set_memory_pool(default)


def test_what_is_held_in_memory_does_not_grow_with_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", GROUP)
    peak(tmp_path / "warm.parquet", GROUP)
    few = peak(tmp_path / "few.parquet", 4 * GROUP)
    many = peak(tmp_path / "many.parquet", 32 * GROUP)
    assert few > 10 * GROUP
    assert many < 1.25 * few
    assert pq.read_metadata(tmp_path / "many.parquet").num_row_groups == 32
