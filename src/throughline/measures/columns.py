"""What a column of an event table may hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The kind of a column's values."""

    ID = "id"
    """An opaque string without personal data."""
    TEXT = "text"
    CODE = "code"
    """A lower-case word: letters, digits and underscores."""
    TIME = "time"
    """A moment in UTC."""
    DATE = "date"
    BOOL = "bool"
    COUNT = "count"
    """A whole number, 0 or more."""
    NUMBER = "number"
    """A finite number, 0 or more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column: its kind, whether it is never null, and the codes it allows (empty: any)."""

    name: str
    kind: Kind
    never_null: bool = False
    codes: tuple[str, ...] = ()
    at_most: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One event table: its key, its columns in order, and what one row of it is."""

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """Return the column of this name, or None for an extra one."""
        return next((column for column in self.columns if column.name == name), None)
