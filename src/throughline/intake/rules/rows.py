"""A mapping and a file's columns, made once into the function that reads each row: as a result, or as a link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from throughline.definitions.forms.mapping import Mapping
from throughline.intake.rules.compiled import compile_mapping
from throughline.intake.rules.links import Link, compile_links
from throughline.intake.rules.record import Fault, Record

Said = Record | Link | Fault
RowReader = Callable[[Sequence[str]], Said]


def compile_rows(
    mapping: Mapping,
    columns: Sequence[str],
    *,
    received_at: datetime,
    allow_drama_numbers: bool = False,
) -> RowReader:
    """The function that reads each row of a file with these columns.

    Raises FileRefused when a column that the mapping needs is not in the file.
    """
    compiled = compile_links if mapping.link else compile_mapping
    return compiled(
        mapping, columns, received_at=received_at, allow_drama_numbers=allow_drama_numbers
    )


def read_by_name(
    mapping: Mapping,
    fields: dict[str, str],
    *,
    received_at: datetime,
    allow_drama_numbers: bool = False,
) -> Said:
    """One row by column name, as when a person has mended it in the quarantine."""
    read = compile_rows(
        mapping,
        list(fields),
        received_at=received_at,
        allow_drama_numbers=allow_drama_numbers,
    )
    return read(list(fields.values()))
