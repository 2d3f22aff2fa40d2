"""A mapping and a file's columns, made once into one function from a row to a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from operator import itemgetter
from typing import Any, NamedTuple, cast

from throughline.definitions.forms.mapping import CODES, KINDS, FieldSource, Mapping
from throughline.intake.parsing.layout import FileRefused
from throughline.intake.rules import values
from throughline.intake.rules.record import Fault, Record
from throughline.intake.rules.values import Reader, Unusable

SOFT = {"phone", "email", "postcode", "nhs_number", "language"}
"""Fields whose bad value becomes a note: the result goes on without it."""

SLACK = timedelta(hours=26)
"""How far after its arrival a result may say it was made: clocks differ, and so do zones."""

ABSENT: dict[str, object] = {"status": "final", "infector_ids": (), "linked_ids": ()}
"""What a field is when nobody says it, where that is not None."""

REPEATING = {
    "word": 1024,
    "code": 256,
    "age": 1024,
    "name": 32768,
    "postcode": 32768,
    "date": 65536,
    "time": 32768,
}
"""Kinds whose values come again and again in one file, and how many of them to keep."""

WITHDRAWN = "withdrawn"
"""The status under which a report says no result any more, so that none is asked for."""

_UNREAD = object()

WHO = ("nhs_number", "patient_id", "full_name", "family_name")

RowReader = Callable[[Sequence[str]], Record | Fault]
_Pick = Callable[[Sequence[str]], str]


class _Step(NamedTuple):
    field: str
    column: str
    place: int
    pick: _Pick | None
    read: Reader
    default: object
    required: bool
    soft: bool
    # What values were read as, from the blanks on; as many as `most`.
    known: dict[str, object]
    most: int


def compile_mapping(
    mapping: Mapping,
    columns: Sequence[str],
    *,
    received_at: datetime,
    allow_drama_numbers: bool = False,
) -> RowReader:
    """The function that turns each row of a file with these columns into a record or a fault.

    Raises FileRefused when a column that the mapping needs is not in the file.
    """
    return _Compiled(mapping, columns, received_at, allow_drama=allow_drama_numbers).row


def row_to_record(
    mapping: Mapping,
    fields: dict[str, str],
    *,
    received_at: datetime,
    allow_drama_numbers: bool = False,
) -> Record | Fault:
    """One row by column name, as when a person has mended it in the quarantine."""
    read = compile_mapping(
        mapping,
        list(fields),
        received_at=received_at,
        allow_drama_numbers=allow_drama_numbers,
    )
    return read(list(fields.values()))


class _Compiled:
    def __init__(
        self, mapping: Mapping, columns: Sequence[str], received_at: datetime, *, allow_drama: bool
    ) -> None:
        self.file = mapping.file
        self.places = {_name(column): place for place, column in enumerate(columns)}
        # As spelt: "NA" may mean nothing, while Na is a surname.
        self.nothing = frozenset({"", *mapping.file.blanks})
        self.allow_drama = allow_drama
        self.received_at = received_at.astimezone(UTC)
        self.latest = self.received_at + SLACK
        self.latest_day = self.latest.date()
        self.constants: dict[str, Any] = {}
        self.steps: list[_Step] = []
        for field, source in mapping.fields.items():
            self._add(field, source)
        self.of_result = {step.column for step in self.steps if step.field == "result"}
        self.exclusions = [
            (
                self._place(rule.column, field="excluded"),
                {value.casefold() for value in rule.values},
                rule.reason,
            )
            for rule in mapping.excluded
        ]
        order = sorted(name for name in self.places if name)
        self.marks = [f"\x1e{name}\x1f" for name in order]
        # The last column twice, so that a file of one column gives a tuple too.
        wanted = [self.places[name] for name in order]
        self.in_order = itemgetter(*wanted, wanted[-1])

    def _add(self, field: str, source: FieldSource) -> None:
        read = self._reader(field, source)
        if source.constant is not None:
            self.constants[field] = _of_definition(read, source.constant, field)
            return
        default = (
            _of_definition(read, source.default, field) if source.default else ABSENT.get(field)
        )
        places = self._places(field, source)
        required = source.required or field in ("report_id", "disease", "result")
        if not places:
            self.constants[field] = default
            return
        pick: _Pick | None = None
        if source.earliest_of or source.latest_of:
            read = _extreme(read, min if source.earliest_of else max)
            pick = self._picker(places, "\x1f")
        elif source.join:
            pick = self._picker(places, source.with_)
        elif len(places) > 1:
            pick = self._first(places)
        column = " or ".join(source.columns)
        soft = field in SOFT and not required
        known = {} if required and default is None else dict.fromkeys(self.nothing, default)
        most = REPEATING.get(KINDS[field], 0)
        self.steps.append(
            _Step(field, column, places[0], pick, read, default, required, soft, known, most)
        )

    def _places(self, field: str, source: FieldSource) -> list[int]:
        """Where the columns are that the file has; a file lacking a needed one is refused."""
        places = [self.places[_name(c)] for c in source.columns if _name(c) in self.places]
        needed = source.required or field in ("report_id", "disease", "result")
        if not places and needed and source.default is None:
            self._place(source.columns[0], field=field)
        return places

    def _place(self, column: str, *, field: str) -> int:
        try:
            return self.places[_name(column)]
        except KeyError:
            there = ", ".join(name for name in self.places if name)[:300]
            raise FileRefused(
                f"The file has no column {column!r}, which its mapping needs for {field}; its "
                f"columns are {there}: send the right file or choose another mapping."
            ) from None

    def _reader(self, field: str, source: FieldSource) -> Reader:
        kind = KINDS[field]
        if kind == "code":
            read = values.code(source.codes, CODES[field], source.otherwise)
        else:
            read = self._plain_reader(kind, source)
            if source.codes or source.otherwise:
                read = values.translated(source.codes, source.otherwise, read)
        return read

    def _plain_reader(self, kind: str, source: FieldSource) -> Reader:
        forms = source.dates or self.file.dates
        match kind:
            case "time":
                return self._dated(values.moment(forms, self.file.zone, self.file.hour))
            case "date":
                return self._dated(values.day(forms))
            case "ids":
                return values.ids(source.split)
            case "phone":
                return values.phone(self.file.country, allow_drama=self.allow_drama)
            case "postcode":
                return values.postcode(self.file.country)
            case "id" | "text":
                return values.text(values.LONGEST[kind])
            case _:
                return cast(Reader, getattr(values, kind))

    def _dated(self, read: Callable[[str], date]) -> Reader:
        earliest, latest, latest_day = self.file.earliest, self.latest, self.latest_day

        def checked(value: str) -> date:
            found = read(value)
            moment = isinstance(found, datetime)
            on = found.date() if isinstance(found, datetime) else found
            if on < earliest:
                raise Unusable("too_early", f"dates from {earliest} on are allowed, so correct it")
            if (found > latest) if moment else (on > latest_day):
                raise Unusable(
                    "future", f"dates up to {latest_day} are allowed, so correct the year"
                )
            return found

        return checked

    def _first(self, places: list[int]) -> _Pick:
        nothing = self.nothing

        def first(row: Sequence[str]) -> str:
            for place in places:
                if row[place] not in nothing and not row[place].isspace():
                    return row[place]
            return ""

        return first

    def _picker(self, places: list[int], between: str) -> _Pick:
        nothing = self.nothing
        return lambda row: between.join(row[place] for place in places if row[place] not in nothing)

    def row(self, row: Sequence[str]) -> Record | Fault:
        """One row."""
        found = self.constants.copy()
        faults: list[Fault] = []
        notes: list[Fault] = []
        nothing = self.nothing
        for field, column, place, pick, read, default, required, soft, known, most in self.steps:
            value = row[place] if pick is None else pick(row)
            if (said := known.get(value, _UNREAD)) is not _UNREAD:
                found[field] = said
                continue
            if value in nothing or value.isspace():
                found[field] = default
                if required and default is None:
                    allowed = "it is needed, so give it"
                    faults.append(Fault(column=column, value="", reason="missing", allowed=allowed))
                continue
            try:
                found[field] = said = read(value)
                if len(known) < most:
                    known[value] = said
            except Unusable as problem:
                fault = Fault(
                    column=column,
                    value=value.replace("\x1f", ", "),
                    reason=problem.reason,
                    allowed=problem.allowed,
                )
                (notes if soft else faults).append(fault)
        if found.get("status") == WITHDRAWN:
            found["result"] = "void"
            faults = [fault for fault in faults if fault.column not in self.of_result]
        if not faults:
            self._across(found, faults)
        if faults:
            return _all(faults)
        return self._record(row, found, tuple(notes))

    def _across(self, found: dict[str, Any], faults: list[Fault]) -> None:
        """What only several fields together show."""
        if found.get("reported_at") is None:
            found["reported_at"] = self.received_at
        if found.get("taken_at") is None:
            found["taken_at"] = found["reported_at"]
        if found["taken_at"] > found["reported_at"]:
            faults.append(
                Fault(
                    column=self._column("taken_at"),
                    value=f"{found['taken_at']:%Y-%m-%d %H:%M}",
                    reason="out_of_order",
                    allowed="a specimen is taken before its result is reported, so correct one",
                )
            )
        if (born := found.get("birth_date")) and born > found["taken_at"].date() + timedelta(1):
            faults.append(
                Fault(
                    column=self._column("birth_date"),
                    value=born.isoformat(),
                    reason="future",
                    allowed="a birth is not after the test, so correct the year",
                )
            )
        if not any(found.get(who) for who in WHO):
            faults.append(
                Fault(
                    column=self._column(*WHO),
                    value="",
                    reason="nobody",
                    allowed="a name, an NHS number or the sender's number for the person is "
                    "needed, so give one",
                )
            )

    def _column(self, *fields: str) -> str:
        return " or ".join(step.column for step in self.steps if step.field in fields) or fields[0]

    def _record(
        self, row: Sequence[str], found: dict[str, Any], notes: tuple[Fault, ...]
    ) -> Record:
        # By column name and without blanks: a sender who moves columns or adds an empty one
        # has not changed what is said.
        pairs = zip(self.marks, self.in_order(row), strict=False)
        content = "".join([mark + value for mark, value in pairs if value])
        found["content"] = blake2b(content.encode(), digest_size=16).digest()
        excluded = None
        for place, among, reason in self.exclusions:
            if row[place].strip().casefold() in among:
                excluded = reason
                break
        return Record(excluded=excluded, notes=notes, **found)


def _name(column: str) -> str:
    return " ".join(column.split()).casefold()


def _all(faults: list[Fault]) -> Fault:
    first, *more = faults
    return Fault(
        column=first.column,
        value=first.value,
        reason=first.reason,
        allowed=first.allowed,
        more=tuple(more),
    )


def _of_definition(read: Reader, value: str, field: str) -> object:
    try:
        return read(value)
    except Unusable as problem:
        raise FileRefused(
            f"The mapping gives {field} the value {value!r}, but {problem.allowed}: correct it."
        ) from None


def _extreme(read: Reader, choose: Callable[..., Any]) -> Reader:
    return lambda value: choose(read(part) for part in value.split("\x1f"))
