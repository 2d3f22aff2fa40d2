"""The columns and terms that a statement uses, and when each term is worked out.

A term of columns that have few values, such as whether a case was reached, is worked out when rows that are alike in
those were gathered: of some thousands of them instead of many millions. So are the words for a number of steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from throughline.measures.columns import Kind, Table
from throughline.measures.gathering import names
from throughline.measures.reading import quoted

_FEW = {Kind.CODE, Kind.BOOL}


@dataclass(frozen=True, slots=True)
class Values:
    """What a statement can use: columns of a table, those its rows were made with, and terms as they are declared."""

    table: Table
    made: Mapping[str, Kind]
    declared: Mapping[str, str]

    def by(self, used: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return, of each column and term that is used, by what rows are gathered for it; by nothing if by too much."""
        return {name: self._sources(name) for name in self._known(used)}

    def of_rows(self, used: Iterable[str]) -> dict[str, str]:
        """Return what is worked out once a row, as SQL."""
        return {name: self._inline(name) for name in self._known(used)}

    def later(self, used: Iterable[str]) -> dict[str, str]:
        """Return the terms that are worked out of gathered rows, as SQL."""
        late = [name for name in self._known(used) if self._is_late(name)]
        return {name: self._inline(name, only_late=True) for name in late}

    def _known(self, used: Iterable[str]) -> list[str]:
        return [
            one
            for one in sorted(names(used))
            if one in self.declared or one in self.made or self.table.column(one)
        ]

    def _is_late(self, name: str) -> bool:
        return name in self.declared and self._sources(name) != (name,)

    def _sources(self, name: str) -> tuple[str, ...]:
        if name not in self.declared:
            column = self.table.column(name)
            kind = column.kind if column else self.made[name]
            return (name,) if kind in _FEW else ()
        inner = [self._sources(one) for one in self._known([self.declared[name]])]
        if not inner or not all(inner):
            # A term has few values whatever it is made of.
            return (name,)
        return tuple(dict.fromkeys(source for one in inner for source in one))

    def _inline(self, name: str, *, only_late: bool = False) -> str:
        """Return a column or term as SQL over columns, and over terms that are worked out once a row."""
        if name not in self.declared:
            return quoted(name)
        text = self.declared[name]
        for one in self._known([text]):
            if self._is_late(one) or (one in self.declared and not only_late):
                inner = f"({self._inline(one, only_late=only_late)})"
                text = re.sub(rf"\b{one}\b", inner, text)
        return text
