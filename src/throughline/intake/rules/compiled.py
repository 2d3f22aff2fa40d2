"""A mapping and a file's columns, made once into one function from a row to a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from throughline.definitions.forms.mapping import CODES, KINDS, Mapping
from throughline.intake.parsing.layout import FileRefused
from throughline.intake.parsing.writing import UNREADABLE
from throughline.intake.rules.columns import Columns, Known, as_one, name_of
from throughline.intake.rules.excluding import excluding
from throughline.intake.rules.record import Fault, Record
from throughline.intake.rules.statuses import prevailing

OF_A_RESULT = Known(
    kinds=KINDS,
    codes=CODES,
    needed=frozenset({"report_id", "disease", "result"}),
    # A bad value becomes a note: the result goes on without it.
    soft=frozenset({"phone", "email", "postcode", "nhs_number", "language"}),
    absent={"status": "final", "infector_ids": (), "linked_ids": ()},
)

WITHDRAWN = "withdrawn"
"""The status under which a report says no result any more, so that none is asked for."""

WHO = ("nhs_number", "patient_id", "full_name", "family_name")

RowReader = Callable[[Sequence[str]], Record | Fault]


def compile_mapping(
    mapping: Mapping,
    columns: Sequence[str],
    *,
    received_at: datetime,
    allow_drama_numbers: bool = False,
) -> RowReader:
    """The function that turns each row of a file with these columns into a record or a fault.

    Raises FileRefused when a column that the mapping needs is not in the file, or when its rows are links.
    """
    return _readable(_Compiled(mapping, columns, received_at, allow_drama=allow_drama_numbers))


def reader_of_many(
    mapping: Mapping,
    columns: Sequence[str],
    *,
    received_at: datetime,
    allow_drama_numbers: bool = False,
) -> Callable[[datetime], RowReader]:
    """The same for many messages with these columns: from when one came, the function for its rows.

    They are asked for in the order of their arrival, of which the first is given. Raises FileRefused as
    `compile_mapping` does.
    """
    compiled = _Compiled(mapping, columns, received_at, allow_drama=allow_drama_numbers)
    read = _readable(compiled)

    def of(received_at: datetime) -> RowReader:
        compiled.arrived(received_at)
        return read

    return of


class _Compiled(Columns):
    def __init__(
        self, mapping: Mapping, columns: Sequence[str], received_at: datetime, *, allow_drama: bool
    ) -> None:
        if mapping.link:
            raise FileRefused(
                "This mapping reads a list of links, of who met whom, and no results: choose a mapping of results."
            )
        super().__init__(
            mapping.file,
            mapping.fields,
            columns,
            OF_A_RESULT,
            received_at=received_at,
            allow_drama=allow_drama,
        )
        self.of_result = {step.column for step in self.steps if step.field == "result"}
        self.excluded = excluding(self, mapping.excluded)
        self.above = _above(mapping, self.places)
        left_out = {name_of(column) for column in mapping.file.envelope} | _only_above(mapping)
        order = sorted(name for name in self.places if name and name not in left_out)
        self.marks = [f"\x1e{name}\x1f" for name in order]
        # The last column twice, so that a file of one column gives a tuple too.
        wanted = [self.places[name] for name in order]
        self.in_order = itemgetter(*wanted, wanted[-1])

    def row(self, row: Sequence[str]) -> Record | Fault:
        """One row."""
        found, faults, notes = self.read(row)
        taken_back = ""
        if self.above is not None and (own := found.get("status")) is not None:
            stands = prevailing(own, self.above(row))
            if stands != own:
                taken_back = found["status"] = stands
        if found.get("status") == WITHDRAWN:
            found["result"] = "void"
            faults = [fault for fault in faults if fault.column not in self.of_result]
        if not faults:
            self._across(found, faults)
        if faults:
            return as_one(faults)
        return self._record(row, found, tuple(notes), taken_back)

    def _across(self, found: dict[str, Any], faults: list[Fault]) -> None:
        """What only several fields together show."""
        if found.get("reported_at") is None:
            found["reported_at"] = self.received_at
            found["assumed"] = ("reported_at",)
        if found.get("taken_at") is None:
            found["taken_at"] = found["reported_at"]
            found["assumed"] = (*found.get("assumed", ()), "taken_at")
        if found["taken_at"] > found["reported_at"]:
            faults.append(
                Fault(
                    column=self.column("taken_at"),
                    value=f"{found['taken_at']:%Y-%m-%d %H:%M}",
                    reason="out_of_order",
                    allowed="a specimen is taken before its result is reported, so correct one",
                )
            )
        if (born := found.get("birth_date")) and born > found["taken_at"].date() + timedelta(1):
            faults.append(
                Fault(
                    column=self.column("birth_date"),
                    value=born.isoformat(),
                    reason="future",
                    allowed="a birth is not after the test, so correct the year",
                )
            )
        if not any(found.get(who) for who in WHO):
            faults.append(
                Fault(
                    column=self.column(*WHO),
                    value="",
                    reason="nobody",
                    allowed="a name, an NHS number or the sender's number for the person is "
                    "needed, so give one",
                )
            )

    def _record(
        self,
        row: Sequence[str],
        found: dict[str, Any],
        notes: tuple[Fault, ...],
        taken_back: str,
    ) -> Record:
        # By column name and without blanks: a sender who moves columns or adds an empty one
        # has not changed what is said.
        pairs = zip(self.marks, self.in_order(row), strict=False)
        content = "".join([mark + value for mark, value in pairs if value])
        if taken_back:
            content += f"\x1d{taken_back}"
        found["content"] = blake2b(content.encode(), digest_size=16).digest()
        return Record(excluded=self.excluded(row), notes=notes, **found)


def _above(
    mapping: Mapping, places: dict[str, int]
) -> Callable[[Sequence[str]], str | None] | None:
    """What reads the code of a row's report that may outrank the result's own status."""
    source = mapping.fields.get("status")
    if source is None or (above := source.outranked_by) is None:
        return None
    # Text that was unpacked by an older mapping has no such column.
    if (place := places.get(name_of(above.column))) is None:
        return None
    codes = {theirs.casefold(): ours for theirs, ours in above.codes.items()}
    return lambda row: codes.get(row[place].strip().casefold())


def _only_above(mapping: Mapping) -> set[str]:
    """The column of the report's status, unless fields are read from it too.

    By itself it is no part of what is said: a report that was partial and is final now tells of the same result.
    """
    source = mapping.fields.get("status")
    if source is None or (above := source.outranked_by) is None:
        return set()
    read = {name_of(column) for field in mapping.fields.values() for column in field.columns}
    return {name_of(above.column)} - read


def _readable(compiled: _Compiled) -> RowReader:
    unreadable = compiled.places.get(UNREADABLE)
    return compiled.row if unreadable is None else _if_readable(unreadable, compiled.row)


def _if_readable(place: int, read: RowReader) -> RowReader:
    def row(row: Sequence[str]) -> Record | Fault:
        if sentence := row[place]:
            return Fault(column="", value="", reason=UNREADABLE, allowed=sentence)
        return read(row)

    return row
