"""What a mapping may say: how the rows of one sender's file become results."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, StringConstraints, field_validator, model_validator

from throughline.definitions.forms import Form, traced
from throughline.definitions.forms.hl7_paths import REPORT, hl7_path
from throughline.definitions.forms.links import EXPOSURES, LINK_KINDS, LINK_NEEDS, PERSON_KINDS

Column = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Reason = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{2,40}$")]

KINDS: dict[str, str] = {
    "report_id": "id",
    "reported_at": "time",
    "taken_at": "time",
    "status": "code",
    "disease": "word",
    "result": "code",
    "test_kind": "word",
    "route": "word",
    "pillar": "word",
    "purpose": "word",
    "nhs_number": "nhs_number",
    "patient_id": "id",
    "household_id": "id",
    "infector_ids": "ids",
    "linked_ids": "ids",
    "given_name": "name",
    "family_name": "name",
    "full_name": "name",
    "birth_date": "date",
    "age": "age",
    "sex": "code",
    "address_line_1": "text",
    "address_line_2": "text",
    "town": "text",
    "postcode": "postcode",
    "area": "text",
    "region": "text",
    "phone": "phone",
    "email": "email",
    "language": "word",
    "onset_on": "date",
    "symptomatic": "code",
    "setting": "text",
    "setting_kind": "word",
}
"""Every field of a result and the kind of value it takes."""

CODES: dict[str, tuple[str, ...]] = {
    "result": ("positive", "negative", "void"),
    "status": ("preliminary", "final", "corrected", "withdrawn"),
    "sex": ("female", "male", "other", "unknown"),
    "symptomatic": ("yes", "no", "unknown"),
}
LINK_CODES = {"exposure_kind": EXPOSURES, "sex": CODES["sex"]}
DATED = {"time", "date"}
_MONTH_FIRST = re.compile(r"%m[^%]?%d")
_DAY_FIRST = re.compile(r"%d[^%]?%m")
# Found by a walk through the zones' files.
_zones = cache(available_timezones)


class Above(Form):
    """What a report says of all its results: a code named here outranks a weaker one of the result itself.

    Codes that are not named say nothing of it.
    """

    column: Column
    codes: Annotated[dict[str, Literal["corrected", "withdrawn"]], Field(min_length=1)]


class FieldSource(Form):
    """Where one field comes from: exactly one of the first six, and what to do with it."""

    column: Column | None = None
    first_of: list[Column] = []
    earliest_of: list[Column] = []
    latest_of: list[Column] = []
    join: list[Column] = []
    constant: str | None = None

    with_: Annotated[str, Field(alias="with")] = " "
    split: str | None = None
    codes: dict[str, str] = {}
    # Only the values listed in `codes` are taken; another is a fault, where else it would pass as it is.
    listed: bool = False
    otherwise: str | None = None
    # Of a free field: a value that is not among `codes` is a fault, and no word of its own.
    only_codes: bool = False
    # Of the status alone.
    outranked_by: Above | None = None
    default: str | None = None
    required: bool = False
    dates: list[str] = []

    @model_validator(mode="after")
    def _one_source(self) -> FieldSource:
        given = [
            name
            for name in ("column", "first_of", "earliest_of", "latest_of", "join", "constant")
            if getattr(self, name)
        ]
        if self.only_codes and not self.codes:
            raise ValueError("only_codes lets in what codes name, and there are none; give them")
        if len(given) != 1:
            raise ValueError(
                f"a field comes from one place and this names {', '.join(given) or 'none'}; keep "
                "one of column, first_of, earliest_of, latest_of, join, constant"
            )
        if self.listed and (not self.codes or self.otherwise is not None):
            raise ValueError("listed takes the values of codes alone; give codes, and no otherwise")
        return self

    @property
    def columns(self) -> list[str]:
        """Every column this field may be read from."""
        several = self.first_of or self.earliest_of or self.latest_of or self.join
        return [self.column] if self.column else several


class Exclusion(Form):
    """Rows that are kept and counted, and open no case; of a list of links, that make nobody a contact."""

    column: Column
    values: Annotated[list[str], Field(min_length=1)]
    reason: Reason
    because: Annotated[str, Field(min_length=3)]


class File(Form):
    """How the file is written: its format, its text, its dates, what an empty value looks like.

    A workbook (XLSX) is known by its bytes, so that `csv` and `xlsx` take either; so are ZIP and gzip.
    """

    meaning: Annotated[str, Field(min_length=3)]
    format: Literal["csv", "xlsx", "hl7", "fhir", "sormas"] = "csv"
    encoding: Literal["utf-8", "windows-1252", "utf-16-le", "utf-16-be"] | None = None
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    blanks: list[str] = []
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "GB"
    zone: str = "Europe/London"
    dates: Annotated[list[str], Field(min_length=1)] = ["%Y-%m-%d"]
    hour: Annotated[int, Field(ge=0, le=23)] = 12
    earliest: date = date(1900, 1, 1)
    # Columns that tell of the sending: a report sent again under another of these is the same report.
    envelope: list[Column] = []
    # Codes of observations in HL7 messages that are no results: measurements and answers beside one.
    beside: list[str] = []

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        if zone not in _zones():
            raise ValueError(f"{zone!r} is not a time zone; write one such as 'Europe/London'")
        ZoneInfo(zone)
        return zone


class Mapping(Form):
    """One sender's file: how it is written, its fields, and which rows are excluded.

    Its rows are results, which `fields` describes, or links, which `link` does: who met whom, of a list of contacts.
    `case` and `contact` say how the cases of the list, and the contacts of a second one, were traced: columns of the
    event tables by name, and others that are kept as text, whose names begin with `x_`. `events from-list` alone reads
    them.
    """

    file: File
    fields: dict[str, FieldSource] = {}
    link: dict[str, FieldSource] = {}
    excluded: list[Exclusion] = []
    case: dict[str, FieldSource] = {}
    contact: dict[str, FieldSource] = {}

    @property
    def sources(self) -> dict[str, FieldSource]:
        """Where the fields of a row come from, whichever kind of row it is."""
        return self.link or self.fields

    @property
    def columns(self) -> list[str]:
        """Every column that its results are read from, once each."""
        found = [column for source in self.fields.values() for column in source.columns]
        found += [rule.column for rule in self.excluded]
        found += [one.outranked_by.column for one in self.fields.values() if one.outranked_by]
        return list(dict.fromkeys(found))

    @model_validator(mode="after")
    def _links_known(self) -> Mapping:
        if not self.link:
            return self
        if self.fields or self.case or self.contact:
            raise ValueError(
                "a file's rows are results or links, and this maps both; write a mapping of [link] and a "
                "mapping of the others"
            )
        if self.file.format in ("hl7", "fhir"):
            raise ValueError(
                f"{self.file.format} messages hold results; a list of links is a table"
            )
        self._check_fields(self.link, LINK_KINDS | PERSON_KINDS, LINK_CODES, "link")
        for name in LINK_NEEDS:
            if name not in self.link:
                raise ValueError(f"link.{name} is missing; every link needs it")
        return self

    @model_validator(mode="after")
    def _fields_known(self) -> Mapping:
        if self.link:
            return self
        self._check_fields(self.fields, KINDS, CODES, "result")
        for name in ("report_id", "disease", "result"):
            if name not in self.fields:
                raise ValueError(f"fields.{name} is missing; every result needs it")
        if not {"nhs_number", "patient_id", "full_name", "family_name"} & self.fields.keys():
            raise ValueError(
                "nothing says whose result it is; map nhs_number, patient_id, full_name or "
                "family_name"
            )
        return self

    def _check_fields(
        self,
        fields: dict[str, FieldSource],
        kinds: dict[str, str],
        codes: dict[str, tuple[str, ...]],
        of: str,
    ) -> None:
        for name, source in fields.items():
            if name not in kinds:
                raise ValueError(
                    f"{name!r} is no field of a {of}; the fields are {', '.join(kinds)}"
                )
            _check_codes(name, source, codes)
            _check_dates(name, source, kinds[name], self.file.dates)
            if source.split is not None and kinds[name] != "ids":
                raise ValueError(f"{name} takes one value, so it cannot be split")
            if source.outranked_by and name != "status":
                raise ValueError(
                    f"{name} is not outranked by anything; outranked_by belongs to status"
                )

    @model_validator(mode="after")
    def _places_known(self) -> Mapping:
        if self.file.format != "hl7":
            return self
        for column in (*self.columns, *self.file.envelope):
            if column != REPORT:
                hl7_path(column)
        return self

    @model_validator(mode="after")
    def _traced_known(self) -> Mapping:
        for table, sources, kinds in (
            ("case", self.case, traced.CASE_KINDS),
            ("contact", self.contact, traced.CONTACT_KINDS),
        ):
            for name, source in sources.items():
                if name not in kinds and not name.startswith(traced.EXTRA):
                    raise ValueError(
                        f"{name!r} is no column of a {table}; the columns are {', '.join(kinds)}, "
                        f"and any that begins with {traced.EXTRA}"
                    )
                _check_codes(name, source, traced.CODES)
                _check_dates(name, source, kinds.get(name, "text"), self.file.dates)
                if source.split is not None:
                    raise ValueError(f"{name} takes one value, so it cannot be split")
        return self


def _check_codes(name: str, source: FieldSource, codes: dict[str, tuple[str, ...]]) -> None:
    allowed = codes.get(name)
    if allowed is None:
        return
    given = [*source.codes.values(), source.constant, source.default, source.otherwise]
    for value in given:
        if value is not None and value not in allowed:
            raise ValueError(f"{value!r} is no code of {name}; the codes are {', '.join(allowed)}")


def _check_dates(name: str, source: FieldSource, kind: str, shared: list[str]) -> None:
    if kind not in DATED:
        if source.dates or source.earliest_of or source.latest_of:
            raise ValueError(
                f"{name} is not a date, so dates, earliest_of and latest_of say nothing"
            )
        return
    forms = source.dates or shared
    for form in forms:
        if "%y" in form:
            raise ValueError(f"{form!r} has a year of two digits, which is two years; use %Y")
    if any(_two_orders(group) for group in _by_year_first(forms)):
        raise ValueError(
            f"the date forms of {name} have day before month and month before day, so that "
            "03/04 is two days; keep one order"
        )


def as_shown(form: str) -> str:
    """A date form in letters that a person knows: %d/%m/%Y is DD/MM/YYYY."""
    for directive, letters in _LETTERS.items():
        form = form.replace(directive, letters)
    return form


_LETTERS = {
    "%Y": "YYYY",
    "%m": "MM",
    "%d": "DD",
    "%b": "Mon",
    "%B": "Month",
    "%H": "hh",
    "%M": "mm",
    "%S": "ss",
    "%f": "ffffff",
    "%z": "+hhmm",
}


def _by_year_first(forms: list[str]) -> tuple[list[str], list[str]]:
    """The forms that begin with the year, and the others: no value is read by one of each."""
    first = [form for form in forms if form.startswith("%Y")]
    return first, [form for form in forms if not form.startswith("%Y")]


def _two_orders(forms: list[str]) -> bool:
    return any(map(_DAY_FIRST.search, forms)) and any(map(_MONTH_FIRST.search, forms))
