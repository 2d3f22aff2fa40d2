"""One week of a bulletin as it was published, and whether its counts can be true of any rows at all."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

CASE_BANDS = ("case_le24h", "case_24_48h", "case_48_72h", "case_gt72h")
CONTACT_BANDS = (
    "contact_le24h_from_identified", "contact_24_48h", "contact_48_72h", "contact_gt72h",
)  # fmt: skip
E2E_BANDS = ("e2e_contact_le24h_from_case_transfer", "e2e_24_48h", "e2e_48_72h", "e2e_gt72h")

_SUMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cases_transferred", ("cases_reached", "cases_not_reached", "cases_no_comms_details")),
    ("cases_reached", ("cases_reached_not_hpt", "cases_reached_hpt")),
    ("cases_reached", ("cases_gave_1plus_contact", "cases_gave_none")),
    ("contacts_identified", ("contacts_reached", "contacts_not_reached_incl_nodetails")),
    ("contacts_identified", ("nonhpt_contacts_identified", "hpt_contacts_identified")),
    ("contacts_reached", ("nonhpt_contacts_reached", "hpt_contacts_reached")),
    ("nonhpt_contacts_identified", (
        "nonhpt_contacts_reached", "nonhpt_contacts_not_reached", "nonhpt_contacts_no_comms_details",
    )),
    ("hpt_contacts_identified", ("hpt_contacts_reached", "hpt_contacts_not_reached")),
    ("nonhpt_contacts_identified", ("hh_contacts", "nonhh_contacts")),
    ("nonhpt_contacts_reached", ("hh_reached", "nonhh_reached")),
)  # fmt: skip
_WITHIN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cases_reached_not_hpt", CASE_BANDS),
    ("nonhpt_contacts_reached", CONTACT_BANDS),
    ("nonhpt_contacts_reached", E2E_BANDS),
    ("hh_contacts", ("hh_reached",)),
    ("nonhh_contacts", ("nonhh_reached",)),
    ("people_tested", ("tests_positive_people",)),
    ("tests_positive_people", ("cases_transferred",)),
)
"""A whole and parts that may leave some of it without a known time or a name"""

ROUTES = ("regional_site", "local_site", "mobile_unit", "satellite", "home_kit")
HOURS = MappingProxyType(
    {"regional_site": 24.0, "local_site": 26.0, "mobile_unit": 21.0, "satellite": 40.0, "home_kit": 50.0}
)  # fmt: skip
"""Median hours from the taking of a test to its result, where the file has none"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Week:
    """The published counts of one week, named as in the file. HPT: managed by health protection.

    Bands of time are published for cases and contacts not managed by health protection only.
    """

    week_start: date
    cases_transferred: int
    cases_reached: int
    cases_not_reached: int
    cases_no_comms_details: int
    cases_reached_not_hpt: int
    cases_reached_hpt: int
    cases_gave_1plus_contact: int
    cases_gave_none: int
    case_le24h: int
    case_24_48h: int
    case_48_72h: int
    case_gt72h: int
    contacts_identified: int
    contacts_reached: int
    contacts_not_reached_incl_nodetails: int
    nonhpt_contacts_identified: int
    nonhpt_contacts_reached: int
    nonhpt_contacts_not_reached: int
    nonhpt_contacts_no_comms_details: int
    hpt_contacts_identified: int
    hpt_contacts_reached: int
    hpt_contacts_not_reached: int
    hh_contacts: int
    nonhh_contacts: int
    hh_reached: int
    nonhh_reached: int
    contact_le24h_from_identified: int
    contact_24_48h: int
    contact_48_72h: int
    contact_gt72h: int
    e2e_contact_le24h_from_case_transfer: int
    e2e_24_48h: int
    e2e_48_72h: int
    e2e_gt72h: int
    tests_positive_people: int
    people_tested: int
    median_miles_in_person: float
    median_hours_to_result: MappingProxyType[str, float] = field(default_factory=lambda: HOURS)
    median_hours_symptoms_to_contact: float = 120.0
    scaled: bool = False
    """The week is another week made larger, and never happened"""

    def __post_init__(self) -> None:
        """Refuse counts that contradict one another, with the sum that fails."""
        for name in COUNTS:
            if getattr(self, name) < 0:
                raise ValueError(f"{self._where} {name} is {getattr(self, name)}; give 0 or more.")
        for whole, parts in _SUMS:
            self._compare(whole, parts, exact=True)
        for whole, parts in _WITHIN:
            self._compare(whole, parts, exact=False)

    def bands(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Return the counts of four bands in order."""
        return tuple(int(getattr(self, name)) for name in names)

    @property
    def _where(self) -> str:
        return f"In the week of {self.week_start}"

    def _compare(self, whole: str, parts: tuple[str, ...], *, exact: bool) -> None:
        there, told = getattr(self, whole), sum(getattr(self, part) for part in parts)
        if there < told or (exact and there != told):
            wanted = "equal to" if exact else "at least"
            raise ValueError(
                f"{self._where} {whole} is {there}, but {' + '.join(parts)} is {told}; "
                f"{whole} must be {wanted} it."
            )


COUNTS = tuple(one.name for one in fields(Week) if one.type == "int")
"""The names of the 36 counts, in the order of the file"""


def read_weeks(path: Path) -> list[Week]:
    """Read a file of published weeks: one row a week, `week_start`, the 36 counts and the median miles.

    Raises ValueError, with file, line and column, where a value is missing or is no number.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            Week(**_values(row, f"{path.name}, line {line}"))
            for line, row in enumerate(csv.DictReader(file), start=2)
        ]


def _values(row: dict[str, str], where: str) -> dict[str, Any]:
    wanted = {
        "week_start": date.fromisoformat,
        **dict.fromkeys(COUNTS, int),
        "median_miles_in_person": float,
    }
    return {name: value(row, name, kind, where) for name, kind in wanted.items()}


def value(row: dict[str, str], name: str, kind: Any, where: str) -> Any:
    """Read one value of a CSV row, or say where it is wrong."""
    told = row.get(name)
    if told is None:
        raise ValueError(f"{where}: the column {name} is missing; it is needed in every row.")
    try:
        return kind(told)
    except ValueError:
        allowed = "a date such as 2020-05-28" if kind == date.fromisoformat else "a number"
        raise ValueError(f"{where}: {name} is “{told}”; it must be {allowed}.") from None
