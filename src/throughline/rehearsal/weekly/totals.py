"""Weeks of which only the totals are known, made whole by assumptions that are all in this file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import islice, pairwise
from pathlib import Path
from types import MappingProxyType

from throughline.rehearsal.weekly.counts import (
    CASE_BANDS,
    CONTACT_BANDS,
    E2E_BANDS,
    Week,
    value,
)

ENGLAND_FACTOR = 3.16
"""With weeks 53 to 91 so many times weeks 1 to 39 of the file: 13.3 million cases and 26.4 million contacts
reached, as England had in its 91 weeks (13,318,171 and 26,355,416)."""
UNDER_18_FROM = date(2020, 11, 19)
"""A parent's answer counted for a child from this week on"""
HOUSEHOLD_FROM = date(2020, 11, 26)
"""One member's answer counted for the whole household from this week on"""

_HOURS = MappingProxyType(
    {
        "regional_site": "median_h_result_rts",
        "local_site": "median_h_result_lts",
        "mobile_unit": "median_h_result_mtu",
        "satellite": "median_h_result_satellite",
        "home_kit": "median_h_result_home",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """What the file of totals says of a week, and whether it is a scaled copy."""

    week_start: date
    cases_reached: int
    contacts_reached: int
    hh_contacts_reached: int
    nonhh_contacts_reached: int
    median_h_symptoms_to_contacts_traced: float
    hours: MappingProxyType[str, float]
    scaled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumed:
    """The shares that stand in for what totals do not say. Contacts "reached" are so by the rule of their week."""

    cases_reached: float = 0.83
    cases_no_details: float = 0.015
    cases_by_health_protection: float = 0.06
    """Of cases reached"""
    cases_gave_contacts: float = 0.78
    case_bands: tuple[float, ...] = (0.78, 0.14, 0.04, 0.04)
    hpt_contacts_reached: float = 0.97
    contacts_reached: float = 0.60
    """Of contacts not managed by health protection, before a parent's answer counted for a child"""
    contacts_reached_with_parents: float = 0.72
    contacts_reached_with_households: float = 0.90
    contacts_no_details: float = 0.55
    """Of contacts not reached"""
    contact_bands: tuple[float, ...] = (0.83, 0.11, 0.035, 0.02, 0.005)
    """From identified to reached; the last part has no known time"""
    e2e_bands: tuple[float, ...] = (0.55, 0.27, 0.10, 0.07, 0.01)
    """From the case's transfer to the contact reached"""
    positives_per_case: float = 1.06
    tests_per_positive: float = 2.0
    """A sample of the negative tests: England had about ten for each positive one, which no figure here needs"""
    median_miles: float = 2.5

    def contacts_reached_in(self, week: date) -> float:
        """Return the share reached, by what counted as reached in this week."""
        if week >= HOUSEHOLD_FROM:
            return self.contacts_reached_with_households
        return (
            self.contacts_reached_with_parents if week >= UNDER_18_FROM else self.contacts_reached
        )

    def told(self) -> dict[str, object]:
        """Return every assumption, for the manifest."""
        return asdict(self)


def read_totals(path: Path) -> list[Totals]:
    """Read a file of weekly totals. Raises ValueError, with file, line and column, for what cannot be read."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            _totals(row, f"{path.name}, line {line}")
            for line, row in enumerate(csv.DictReader(file), start=2)
        ]


def _totals(row: dict[str, str], where: str) -> Totals:
    return Totals(
        week_start=value(row, "week_start", date.fromisoformat, where),
        cases_reached=value(row, "cases_reached", int, where),
        contacts_reached=value(row, "contacts_reached", int, where),
        hh_contacts_reached=value(row, "hh_contacts_reached", int, where),
        nonhh_contacts_reached=value(row, "nonhh_contacts_reached", int, where),
        median_h_symptoms_to_contacts_traced=value(
            row, "median_h_symptoms_to_contacts_traced", float, where
        ),
        hours=MappingProxyType(
            {route: value(row, column, float, where) for route, column in _HOURS.items()}
        ),
    )


def series(known: Sequence[Totals], weeks: int, factor: float = ENGLAND_FACTOR) -> Iterator[Totals]:
    """Yield so many weeks: those known, then the known once more, `factor` times as large and marked scaled."""
    if not known:
        raise ValueError("The file of totals holds no week; give one with at least one row.")
    yield from islice(known, weeks)
    for number in range(len(known), weeks):
        like = known[number % len(known)]
        times = factor ** (number // len(known))
        yield scaled(like, times, known[0].week_start + timedelta(weeks=number))


def scaled(week: Totals, times: float, first_day: date) -> Totals:
    """Return a week that never happened: another's totals, so many times as large."""
    household = round(week.hh_contacts_reached * times)
    other = round(week.nonhh_contacts_reached * times)
    institutional = week.contacts_reached - week.hh_contacts_reached - week.nonhh_contacts_reached
    return replace(
        week,
        week_start=first_day,
        cases_reached=round(week.cases_reached * times),
        contacts_reached=household + other + round(institutional * times),
        hh_contacts_reached=household,
        nonhh_contacts_reached=other,
        scaled=True,
    )


def complete(known: Totals, assumed: Assumed | None = None) -> Week:
    """Return a week with every count: the totals as they are, the rest by the shares assumed."""
    assumed = assumed or Assumed()
    cases = _cases(known, assumed)
    contacts = _contacts(known, assumed)
    positives = max(
        round(cases["cases_transferred"] * assumed.positives_per_case), cases["cases_transferred"]
    )
    return Week(
        week_start=known.week_start,
        **cases,
        **contacts,
        tests_positive_people=positives,
        people_tested=max(round(positives * assumed.tests_per_positive), positives),
        median_miles_in_person=assumed.median_miles,
        median_hours_to_result=known.hours,
        median_hours_symptoms_to_contact=known.median_h_symptoms_to_contacts_traced,
        scaled=known.scaled,
    )


def _cases(known: Totals, assumed: Assumed) -> dict[str, int]:
    reached = known.cases_reached
    transferred = round(reached / assumed.cases_reached)
    no_details = min(round(transferred * assumed.cases_no_details), transferred - reached)
    by_hpt = round(reached * assumed.cases_by_health_protection)
    gave = round(reached * assumed.cases_gave_contacts)
    return {
        "cases_transferred": transferred,
        "cases_reached": reached,
        "cases_not_reached": transferred - reached - no_details,
        "cases_no_comms_details": no_details,
        "cases_reached_not_hpt": reached - by_hpt,
        "cases_reached_hpt": by_hpt,
        "cases_gave_1plus_contact": gave,
        "cases_gave_none": reached - gave,
        **_split(reached - by_hpt, assumed.case_bands, CASE_BANDS),
    }


def _contacts(known: Totals, assumed: Assumed) -> dict[str, int]:
    # The household columns leave out contacts managed by health protection: the rest is theirs.
    reached = known.hh_contacts_reached + known.nonhh_contacts_reached
    hpt_reached = known.contacts_reached - reached
    share = assumed.contacts_reached_in(known.week_start)
    household = round(known.hh_contacts_reached / share)
    other = round(known.nonhh_contacts_reached / share)
    hpt = round(hpt_reached / assumed.hpt_contacts_reached)
    missed = household + other - reached
    no_details = round(missed * assumed.contacts_no_details)
    return {
        "contacts_identified": household + other + hpt,
        "contacts_reached": known.contacts_reached,
        "contacts_not_reached_incl_nodetails": missed + hpt - hpt_reached,
        "nonhpt_contacts_identified": household + other,
        "nonhpt_contacts_reached": reached,
        "nonhpt_contacts_not_reached": missed - no_details,
        "nonhpt_contacts_no_comms_details": no_details,
        "hpt_contacts_identified": hpt,
        "hpt_contacts_reached": hpt_reached,
        "hpt_contacts_not_reached": hpt - hpt_reached,
        "hh_contacts": household,
        "nonhh_contacts": other,
        "hh_reached": known.hh_contacts_reached,
        "nonhh_reached": known.nonhh_contacts_reached,
        **_split(reached, assumed.contact_bands, CONTACT_BANDS),
        **_split(reached, assumed.e2e_bands, E2E_BANDS),
    }


def _split(whole: int, shares: Sequence[float], names: Sequence[str]) -> dict[str, int]:
    """Part a whole by shares; what no name takes has no known time."""
    so_far = 0.0
    edges = [0]
    for share in shares:
        so_far += share
        edges.append(round(whole * so_far))
    parts = [after - before for before, after in pairwise(edges)]
    return dict(zip(names, parts, strict=False))
