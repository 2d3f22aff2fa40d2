"""A mapping proposed for a file never seen before, from its header and the values in its first rows.

What cannot be told from them is asked, never guessed: whether 03/04 is in March or in April, what a 1 means.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from throughline.definitions.forms.mapping import CODES, DATED, KINDS
from throughline.intake.parsing.writing import UNREADABLE
from throughline.intake.rules.headers import fields_of
from throughline.intake.rules.writings import Dates, dates_of, meaning_of
from throughline.people.rules.nhs_numbers import nhs_number_key

MOST_CODES = 30
EXAMPLES = 3
NO_DATES = Dates(forms={})


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """One column: the field it is read as (empty: not read), and how its values are written."""

    column: str
    examples: tuple[str, ...]
    field: str = ""
    dates: Dates = NO_DATES
    order: str = ""  # of the dates: year, day or month; empty where a person must say
    distinct: tuple[str, ...] = ()  # the values seen, the commonest first, where there are few

    def codes(self, name: str) -> dict[str, str]:
        """Return what each value seen means as a field's code; empty where a person must say."""
        return {value: meaning_of(name, value) for value in self.distinct} if name in CODES else {}


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Every column of a file in its order."""

    columns: tuple[Proposed, ...]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that are read from some column."""
        return frozenset(one.field for one in self.columns if one.field)


def propose(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Proposal:
    """Propose how a file's columns are read, from some of its rows."""
    values = {
        place: [row[place].strip() for row in rows if row[place].strip()]
        for place in range(len(columns))
    }
    dates = {place: dates_of(seen) for place, seen in values.items()}
    order = _order_of_file(dates)
    chosen = _assigned(columns, values, dates)
    found = []
    for place, column in enumerate(columns):
        if not column or column == UNREADABLE:
            continue
        counts = Counter(values[place])
        written = dates[place]
        own = next(iter(written.forms), "") if not written.ambiguous else order
        found.append(
            Proposed(
                column=column,
                examples=tuple(value for value, _ in counts.most_common(EXAMPLES)),
                field=chosen.get(place, ""),
                dates=written,
                order=own,
                distinct=tuple(v for v, _ in counts.most_common()) if len(counts) <= MOST_CODES else (),
            )
        )  # fmt: skip
    return Proposal(columns=tuple(found))


def _order_of_file(dates: Mapping[int, Dates]) -> str:
    """What comes first in the columns that can be told; whoever writes a file writes all its dates alike."""
    told = {next(iter(one.forms)) for one in dates.values() if len(one.forms) == 1} - {"year"}
    return told.pop() if len(told) == 1 else ""


def _assigned(
    columns: Sequence[str], values: Mapping[int, Sequence[str]], dates: Mapping[int, Dates]
) -> dict[int, str]:
    """Give each field to the column whose name and values speak best for it; each column has one field."""
    claims = sorted(
        (
            (score, -place, name)
            for place, column in enumerate(columns)
            for score, name in fields_of(column)
            if _could_be(name, values[place], dates[place])
        ),
        reverse=True,
    )
    chosen: dict[int, str] = {}
    for _, behind, name in claims:
        if -behind not in chosen and name not in chosen.values():
            chosen[-behind] = name
    return _with_a_report_number(chosen, values)


def _with_a_report_number(
    chosen: dict[int, str], values: Mapping[int, Sequence[str]]
) -> dict[int, str]:
    """A list of persons numbers them, and each row is a report: the number stands for both."""
    if "report_id" in chosen.values():
        return chosen
    for place, name in chosen.items():
        if name == "patient_id" and len(set(values[place])) == len(values[place]):
            return chosen | {place: "report_id"}
    return chosen


def _could_be(name: str, values: Sequence[str], dates: Dates) -> bool:
    """Whether the values do not speak against a field."""
    if not values:
        return True
    kind = KINDS[name]
    if kind in DATED:
        return bool(dates.forms)
    if kind == "age":
        return _share(values, lambda value: value.replace(".", "", 1).isdigit()) > 0.5
    if kind == "nhs_number":
        return _share(values, lambda value: nhs_number_key(value) is not None) > 0.5
    if kind == "email":
        return _share(values, lambda value: "@" in value) > 0.5
    if kind == "phone":
        return _share(values, lambda value: sum(map(str.isdigit, value)) >= 6) > 0.5
    return not (kind == "name" and dates.forms)


def _share(values: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, values)) / len(values)
