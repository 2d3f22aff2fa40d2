"""The fields of a mapping, made once into one function that reads them from a row's columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, cast

from throughline.definitions.forms.mapping import FieldSource, File
from throughline.intake.parsing.layout import FileRefused
from throughline.intake.rules import values
from throughline.intake.rules.record import Fault
from throughline.intake.rules.values import Reader, Unusable

SLACK = timedelta(hours=26)
"""How far after its arrival a row may say that something happened: clocks differ, and so do zones."""

REPEATING = {
    "word": 1024,
    "code": 256,
    "flag": 16,
    "count": 256,
    "age": 1024,
    "name": 32768,
    "postcode": 32768,
    "date": 65536,
    "time": 32768,
}
"""Kinds whose values come again and again in one file, and how many of them to keep."""

_UNREAD = object()

_Pick = Callable[[Sequence[str]], str]


@dataclass(frozen=True, kw_only=True)
class Known:
    """The fields that there are: the kind of each, the codes of those that have some, and how each is missed.

    A row without a value for one that is `needed` is at fault; a value of a `soft` one that cannot be read becomes
    a note. `absent` is what a field is when nobody says it, where that is not None.
    """

    kinds: Mapping[str, str]
    codes: Mapping[str, tuple[str, ...]]
    needed: frozenset[str] = frozenset()
    soft: frozenset[str] = frozenset()
    absent: Mapping[str, object] = field(default_factory=dict)


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


class Columns:
    """Reads fields from the rows of a file with these columns.

    Raises FileRefused when a column that is needed is not in the file.
    """

    def __init__(
        self,
        file: File,
        sources: Mapping[str, FieldSource],
        columns: Sequence[str],
        known: Known,
        *,
        received_at: datetime,
        allow_drama: bool = False,
    ) -> None:
        """Make ready to read; nothing in a row may lie much after `received_at`."""
        self.file = file
        self.known = known
        self.places = {name_of(column): place for place, column in enumerate(columns)}
        # As spelt: "NA" may mean nothing, while Na is a surname.
        self.nothing = frozenset({"", *file.blanks})
        self.allow_drama = allow_drama
        self.arrived(received_at)
        self.constants: dict[str, Any] = {}
        self.steps: list[_Step] = []
        for name, source in sources.items():
            self._add(name, source)

    def arrived(self, received_at: datetime) -> None:
        """Read from here on rows of a message that came then, which is no earlier than the one before it."""
        self.received_at = received_at.astimezone(UTC)
        self.latest = self.received_at + SLACK
        self.latest_day = self.latest.date()

    def read(self, row: Sequence[str]) -> tuple[dict[str, Any], list[Fault], list[Fault]]:
        """Return what one row says, what is wrong with it, and what was left out of it."""
        found = self.constants.copy()
        faults: list[Fault] = []
        notes: list[Fault] = []
        nothing = self.nothing
        for field_, column, place, pick, read, default, required, soft, known, most in self.steps:
            value = row[place] if pick is None else pick(row)
            if (said := known.get(value, _UNREAD)) is not _UNREAD:
                found[field_] = said
                continue
            if value in nothing or value.isspace():
                found[field_] = default
                if required and default is None:
                    allowed = "it is needed, so give it"
                    faults.append(Fault(column=column, value="", reason="missing", allowed=allowed))
                continue
            try:
                found[field_] = said = read(value)
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
        return found, faults, notes

    def place(self, column: str, *, field: str) -> int:
        """Return where a column stands; a file without it is refused."""
        try:
            return self.places[name_of(column)]
        except KeyError:
            there = ", ".join(name for name in self.places if name)[:300]
            raise FileRefused(
                f"The file has no column {column!r}, which its mapping needs for {field}; its "
                f"columns are {there}: send the right file or choose another mapping."
            ) from None

    def column(self, *fields: str) -> str:
        """Return the columns that fields are read from, as a fault names them."""
        return " or ".join(step.column for step in self.steps if step.field in fields) or fields[0]

    def _add(self, field_: str, source: FieldSource) -> None:
        read = self._reader(field_, source)
        if source.constant is not None:
            self.constants[field_] = _of_definition(read, source.constant, field_)
            return
        absent = self.known.absent.get(field_)
        default = _of_definition(read, source.default, field_) if source.default else absent
        required = source.required or field_ in self.known.needed
        places = self._places(field_, source, needed=required)
        if not places:
            self.constants[field_] = default
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
        soft = field_ in self.known.soft and not required
        known = {} if required and default is None else dict.fromkeys(self.nothing, default)
        most = REPEATING.get(self.known.kinds[field_], 0)
        self.steps.append(
            _Step(field_, column, places[0], pick, read, default, required, soft, known, most)
        )

    def _places(self, field_: str, source: FieldSource, *, needed: bool) -> list[int]:
        """Where the columns are that the file has; a file lacking a needed one is refused."""
        places = [self.places[name_of(c)] for c in source.columns if name_of(c) in self.places]
        if not places and needed and source.default is None:
            self.place(source.columns[0], field=field_)
        return places

    def _reader(self, field_: str, source: FieldSource) -> Reader:
        kind = self.known.kinds[field_]
        if kind == "code":
            return values.code(source.codes, self.known.codes[field_], source.otherwise)
        if kind == "flag":
            return values.flag(source.codes, source.otherwise)
        if source.only_codes:
            return values.code(source.codes, (), source.otherwise)
        read = self._plain_reader(kind, source)
        if source.listed:
            return values.listed(source.codes, read)
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
        earliest = self.file.earliest

        def checked(value: str) -> date:
            found = read(value)
            moment = isinstance(found, datetime)
            on = found.date() if isinstance(found, datetime) else found
            if on < earliest:
                raise Unusable("too_early", f"dates from {earliest} on are allowed, so correct it")
            if (found > self.latest) if moment else (on > self.latest_day):
                raise Unusable(
                    "future", f"dates up to {self.latest_day} are allowed, so correct the year"
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


def as_one(faults: Iterable[Fault]) -> Fault:
    """Return the first fault of a row, with the others in it."""
    first, *more = faults
    return Fault(
        column=first.column,
        value=first.value,
        reason=first.reason,
        allowed=first.allowed,
        more=tuple(more),
    )


def name_of(column: str) -> str:
    """Return a column's name as names are compared."""
    return " ".join(column.split()).casefold()


def _of_definition(read: Reader, value: str, field_: str) -> object:
    try:
        return read(value)
    except Unusable as problem:
        raise FileRefused(
            f"The mapping gives {field_} the value {value!r}, but {problem.allowed}: correct it."
        ) from None


def _extreme(read: Reader, choose: Callable[..., Any]) -> Reader:
    return lambda value: choose(read(part) for part in value.split("\x1f"))
