"""England's first twelve weeks: a row for each case and contact, and every published count from the measures.

Timings are published for those not managed by health protection only, and so are the household columns.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from throughline.measures import open_events
from throughline.measures.answers import Answer, Answers
from throughline.rehearsal import weekly
from throughline.rehearsal.weekly.counts import CASE_BANDS, CONTACT_BANDS, COUNTS, E2E_BANDS, Week

pytestmark = pytest.mark.shared_data
ROOT = Path(__file__).resolve().parents[4]
DATA = Path(os.environ.get("THROUGHLINE_SHARED_DATA", ROOT.parent / "shared" / "data"))
FILE = DATA / "england-weekly-2020-05-28-to-2020-08-19.csv"
BANDS = ("le24h", "24_48h", "48_72h", "gt72h")
NOT_HPT, HPT = "managed_by_first!=health_protection", "managed_by_first=health_protection"
HOUSEHOLD, NOT_HOUSEHOLD = "household=true", "household=false"

Where = tuple[str, ...]

# Which measure, over which rows: its numerator is the published count.
COUNTED: dict[str, tuple[str, Where]] = {
    "cases_transferred": ("cases.transferred", ()),
    "cases_reached": ("cases.reached", ()),
    "cases_not_reached": ("cases.not_reached", ()),
    "cases_no_comms_details": ("cases.no_details", ()),
    "cases_reached_not_hpt": ("cases.reached", (NOT_HPT,)),
    "cases_reached_hpt": ("cases.reached", (HPT,)),
    "cases_gave_1plus_contact": ("cases.gave_contacts", ()),
    "cases_gave_none": ("cases.named_none", ()),
    "contacts_identified": ("contacts.identified", ()),
    "contacts_reached": ("contacts.reached", ()),
    "nonhpt_contacts_identified": ("contacts.identified", (NOT_HPT,)),
    "nonhpt_contacts_reached": ("contacts.reached", (NOT_HPT,)),
    "nonhpt_contacts_not_reached": ("contacts.not_reached", (NOT_HPT,)),
    "nonhpt_contacts_no_comms_details": ("contacts.no_details", (NOT_HPT,)),
    "hpt_contacts_identified": ("contacts.identified", (HPT,)),
    "hpt_contacts_reached": ("contacts.reached", (HPT,)),
    "hpt_contacts_not_reached": ("contacts.not_reached", (HPT,)),
    "hh_contacts": ("contacts.identified", (NOT_HPT, HOUSEHOLD)),
    "nonhh_contacts": ("contacts.identified", (NOT_HPT, NOT_HOUSEHOLD)),
    "hh_reached": ("contacts.reached", (NOT_HPT, HOUSEHOLD)),
    "nonhh_reached": ("contacts.reached", (NOT_HPT, NOT_HOUSEHOLD)),
}
BANDED = {
    CASE_BANDS: "cases.reached_within",
    CONTACT_BANDS: "contacts.reached_within",
    E2E_BANDS: "contacts.reached_within_of_case",
}
# Rates that the bulletin printed: measure, rows, and the two published counts.
RATES = [
    ("cases.reached", (), "cases_reached", "cases_transferred"),
    ("cases.not_reached", (), "cases_not_reached", "cases_transferred"),
    ("cases.no_details", (), "cases_no_comms_details", "cases_transferred"),
    ("cases.gave_contacts", (), "cases_gave_1plus_contact", "cases_reached"),
    ("contacts.reached", (), "contacts_reached", "contacts_identified"),
    ("contacts.reached", (NOT_HPT,), "nonhpt_contacts_reached", "nonhpt_contacts_identified"),
    ("contacts.reached", (HPT,), "hpt_contacts_reached", "hpt_contacts_identified"),
    ("contacts.reached", (NOT_HPT, HOUSEHOLD), "hh_reached", "hh_contacts"),
    ("contacts.reached", (NOT_HPT, NOT_HOUSEHOLD), "nonhh_reached", "nonhh_contacts"),
]


class England:
    """The weeks as published, and what the measures say of their rows, asked once for each choice of rows."""

    def __init__(self, folder: Path) -> None:
        self.weeks = {str(week.week_start): week for week in weekly.read_weeks(FILE)}
        weekly.write(self.weeks.values(), folder, only=("cases", "contacts"))
        self.events = open_events(folder)
        self.asked: dict[tuple[str, Where], Answers] = {}

    def answers(self, measure: str, where: Where) -> Answers:
        if (measure, where) not in self.asked:
            household = HOUSEHOLD in where or NOT_HOUSEHOLD in where
            ids = [id_ for id_, _ in COUNTED.values()] + list(BANDED.values())
            ids = [one for one in dict.fromkeys(ids) if one.startswith("contacts") or not household]
            told = self.events.measure(ids, by="week", where=where, definition="reach-2020-05")
            for one in ids:
                self.asked[one, where] = Answers([each for each in told if each.measure == one])
        return self.asked[measure, where]

    def answer(self, week: str, measure: str, where: Where = (), band: str | None = None) -> Answer:
        (found,) = [
            one
            for one in self.answers(measure, where)
            if one.group["week"] == week and one.band == band
        ]
        return found


@pytest.fixture(scope="module")
def england(tmp_path_factory: pytest.TempPathFactory) -> England:
    return England(tmp_path_factory.mktemp("england"))


def published(week: Week) -> dict[str, int]:
    return {name: getattr(week, name) for name in COUNTS if name not in TESTS}


TESTS = ("tests_positive_people", "people_tested")


def test_all_34_counts_of_cases_and_contacts_come_back_to_the_unit(england: England) -> None:
    assert len(england.weeks) == 12
    for day, week in england.weeks.items():
        told = {name: england.answer(day, *how).numerator for name, how in COUNTED.items()}
        for names, measure in BANDED.items():
            told |= {
                name: england.answer(day, measure, (NOT_HPT,), band).numerator
                for name, band in zip(names, BANDS, strict=True)
            }
        told["contacts_not_reached_incl_nodetails"] = sum(
            int(england.answer(day, measure).numerator or 0)
            for measure in ("contacts.not_reached", "contacts.no_details")
        )
        assert len(told) == 34
        assert told == published(week), day


def test_the_published_rates_come_back_unrounded(england: England) -> None:
    for day, week in england.weeks.items():
        for measure, where, numerator, denominator in RATES:
            wanted = getattr(week, numerator) / getattr(week, denominator)
            assert england.answer(day, measure, where).value == wanted, (day, measure, where)


def test_a_share_by_band_is_over_the_rows_with_both_times_and_the_others_stand_beside(
    england: England,
) -> None:
    unknown = []
    for day, week in england.weeks.items():
        for names, measure in BANDED.items():
            timed = sum(week.bands(names))
            for name, band in zip(names, BANDS, strict=True):
                answer = england.answer(day, measure, (NOT_HPT,), band)
                assert (answer.denominator, answer.value) == (timed, getattr(week, name) / timed)
            reached = (
                week.cases_reached_not_hpt if names == CASE_BANDS else week.nonhpt_contacts_reached
            )
            beside = england.answer(day, measure, (NOT_HPT,), "unknown").numerator
            assert beside == reached - timed
            unknown += [beside] if names != CASE_BANDS else []
            assert not england.answer(day, measure, (NOT_HPT,), "fault").numerator
    assert (min(unknown), max(unknown)) == (1, 211)
