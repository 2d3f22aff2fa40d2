"""What a file's first rows would become under a mapping, and what in them could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from throughline.definitions.forms.links import LINK_KINDS, PERSON_KINDS
from throughline.definitions.forms.mapping import KINDS, Mapping
from throughline.intake.rules.record import Fault
from throughline.intake.rules.rows import compile_rows

SHOWN = 10
MOST = 20


@dataclass(frozen=True, kw_only=True)
class Becomes:
    """One row: what it says by field in words, or why it says nothing."""

    number: int
    said: tuple[tuple[str, str], ...]
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class Unread:
    """A value that cannot be read, with how many rows have it, of those looked at."""

    column: str
    value: str
    allowed: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The first rows as they would become, and all that could not be read in those looked at."""

    rows: tuple[Becomes, ...]
    unread: tuple[Unread, ...]
    looked_at: int
    readable: int


def preview(
    mapping: Mapping,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    received_at: datetime,
    allow_drama_numbers: bool,
) -> Preview:
    """Read some rows as the worker would. Raises FileRefused when a column that is needed is missing."""
    read = compile_rows(
        mapping, columns, received_at=received_at, allow_drama_numbers=allow_drama_numbers
    )
    becomes, wrong, readable = [], Counter[tuple[str, str, str]](), 0
    for number, row in enumerate(rows, start=1):
        said = read(row)
        faults = (said, *said.more) if isinstance(said, Fault) else said.notes
        for fault in faults:
            wrong[fault.column, fault.value, fault.allowed] += 1
        readable += not isinstance(said, Fault)
        if number <= SHOWN:
            if isinstance(said, Fault):
                becomes.append(Becomes(number=number, said=(), sentence=said.sentence))
            else:
                becomes.append(Becomes(number=number, said=_said(said, mapping)))
    return Preview(
        rows=tuple(becomes),
        unread=tuple(
            Unread(column=column, value=value, allowed=allowed, rows=many)
            for (column, value, allowed), many in wrong.most_common(MOST)
        ),
        looked_at=len(rows),
        readable=readable,
    )


def _said(record: object, mapping: Mapping) -> tuple[tuple[str, str], ...]:
    fields = LINK_KINDS | PERSON_KINDS if mapping.link else KINDS
    found = ((name, getattr(record, name)) for name in fields if name in mapping.sources)
    return tuple((name, _shown(value)) for name, value in found if value not in (None, (), ""))


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
