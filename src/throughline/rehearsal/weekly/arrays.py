"""Drawn numbers as the columns of an event table. A time is seconds since 1970, and NONE where it is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from throughline.measures.columns import Kind, Table
from throughline.rehearsal.weekly.draws import Codes, Flags, Ints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Record = TypeVar("Record", bound="DataclassInstance")
NONE = np.iinfo(np.int64).min
DAY = 86_400
_MICRO = 1_000_000
_DIGITS = 16
_FOUR_DIGITS = np.frombuffer("".join(f"{n:04d}" for n in range(10_000)).encode(), np.uint32)
_TYPES = {
    Kind.ID: pa.string(),
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    # In UTC and without saying so: a file whose times name a zone is read slower, and whole.
    Kind.TIME: pa.timestamp("us"),
    Kind.DATE: pa.date32(),
    Kind.BOOL: pa.bool_(),
    Kind.COUNT: pa.int64(),
    Kind.NUMBER: pa.float64(),
}


def only(where: Flags, times: Ints) -> Ints:
    """Keep the times where they are known."""
    return np.where(where, times, NONE)


def taken(record: Record, places: Ints) -> Record:
    """Return a record of arrays with its rows in the order of these places."""
    return replace(
        record, **{one.name: getattr(record, one.name)[places] for one in fields(record)}
    )


def ids(prefix: str, numbers: Ints, where: Flags | None = None) -> Any:
    """Return opaque names for numbers: a letter and sixteen digits; null outside `where`."""
    # Four digits at a time: sixteen times as fast as writing each number by itself.
    fours = np.empty((len(numbers), _DIGITS // 4), dtype=np.uint32)
    upper = numbers // 10**8
    for at, eight in ((0, upper), (2, numbers - upper * 10**8)):
        part = eight.astype(np.uint32)
        fours[:, at] = _FOUR_DIGITS[part // 10_000]
        fours[:, at + 1] = _FOUR_DIGITS[part % 10_000]
    text = np.empty((len(numbers), 1 + _DIGITS), dtype=np.uint8)
    text[:, 0] = ord(prefix)
    text[:, 1:] = fours.view(np.uint8)
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * np.int32(1 + _DIGITS)
    known = None if where is None else pa.py_buffer(np.packbits(where, bitorder="little"))
    return pa.StringArray.from_buffers(
        len(numbers), pa.py_buffer(offsets), pa.py_buffer(text), known
    )


def times(seconds: Ints) -> Any:
    """Return moments in UTC."""
    return pa.array(seconds * _MICRO, mask=seconds == NONE).cast(_TYPES[Kind.TIME])


def dates(seconds: Ints) -> Any:
    """Return the days on which these moments fall."""
    days = (seconds // DAY).astype(np.int32)
    return pa.array(days, mask=seconds == NONE).cast(_TYPES[Kind.DATE])


def words(places: NDArray[Any] | Codes, choices: Sequence[str]) -> Any:
    """Return the words at these places of the list; null where the place is negative."""
    return pa.DictionaryArray.from_arrays(
        pa.array(places.astype(np.int32), mask=places < 0), pa.array(choices)
    )


def same(word: str, n: int) -> Any:
    """Return one word n times."""
    return words(np.zeros(n, dtype=np.int8), [word])


def flags(values: Flags, where: Flags | None = None) -> Any:
    """Return true and false, null outside `where`."""
    return pa.array(values, mask=None if where is None else ~where)


def numbers(values: Any, where: Flags | None = None) -> Any:
    """Return numbers, null outside `where`."""
    return pa.array(values, mask=None if where is None else ~where)


def frame(table: Table, columns: Mapping[str, Any], *, scaled: bool) -> Any:
    """Put columns together in the table's order, and say in one more whether the week is a scaled one."""
    n = len(next(iter(columns.values())))
    unknown = set(columns) - {column.name for column in table.columns}
    if unknown:
        raise KeyError(f"{table.name} has no column {', '.join(sorted(unknown))}.")
    # A column that would be null throughout, such as merged_into, is left out: it reads as null.
    arrays = {
        column.name: columns[column.name] for column in table.columns if column.name in columns
    }
    arrays["scaled"] = pa.array(np.full(n, scaled))
    return pa.table(arrays)
