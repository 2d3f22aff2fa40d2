"""How a row's case or contact was traced, as the columns of the event tables that a mapping fills."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from throughline.definitions.forms import traced
from throughline.definitions.forms.mapping import FieldSource, Mapping
from throughline.intake.rules.columns import Columns, Known, as_one
from throughline.intake.rules.record import Fault

TracedReader = Callable[[Sequence[str]], dict[str, Any] | Fault]

PAIR = {"case_id": FieldSource(column="from"), "person_id": FieldSource(column="to")}
"""Where a list of contacts has the case and the person unless its mapping says otherwise."""


def case_reader(mapping: Mapping, columns: Sequence[str], *, received_at: datetime) -> TracedReader:
    """Return the function that reads from a row of the list how its case was traced; None is what nobody said."""
    return _reader(mapping, mapping.case, traced.CASE_KINDS, columns, frozenset(), received_at)


def contact_reader(
    mapping: Mapping, columns: Sequence[str], *, received_at: datetime
) -> TracedReader:
    """Return the function that reads a contact from a row of the list of contacts.

    It needs the case and the person, or the case and the contact's own id. Raises FileRefused when a column that is
    needed is not in the file.
    """
    sources = {**PAIR, **mapping.contact}
    needed = {"case_id", "person_id"}
    if "contact_id" in mapping.contact:
        needed = {"case_id", "contact_id"}
    return _reader(mapping, sources, traced.CONTACT_KINDS, columns, frozenset(needed), received_at)


def _reader(
    mapping: Mapping,
    sources: dict[str, FieldSource],
    kinds: dict[str, str],
    columns: Sequence[str],
    needed: frozenset[str],
    received_at: datetime,
) -> TracedReader:
    extra = {name: "text" for name in sources if name.startswith(traced.EXTRA)}
    known = Known(kinds={**kinds, **extra}, codes=traced.CODES, needed=needed)
    compiled = Columns(mapping.file, sources, columns, known, received_at=received_at)

    def read(row: Sequence[str]) -> dict[str, Any] | Fault:
        found, faults, _ = compiled.read(row)
        return as_one(faults) if faults else found

    return read
