"""Three invented weeks as event tables, and the bulletin made of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from throughline.measures.bulletin import files, release
from throughline.measures.bulletin.release import Release
from throughline.rehearsal.weekly import folder
from throughline.rehearsal.weekly.counts import Week

FIRST = date(2020, 10, 29)
LAST = FIRST + timedelta(weeks=2)


def a_week(start: date, hpt_contacts: int) -> Week:
    """A week whose contacts outside health protection fare alike, however many health protection has."""
    return Week(
        week_start=start,
        people_tested=9000,
        tests_positive_people=2900,
        cases_transferred=2650,
        cases_reached=2080,
        cases_reached_not_hpt=1680,
        cases_reached_hpt=400,
        cases_not_reached=450,
        cases_no_comms_details=120,
        cases_gave_1plus_contact=1500,
        cases_gave_none=580,
        case_le24h=1200,
        case_24_48h=300,
        case_48_72h=100,
        case_gt72h=80,
        contacts_identified=4500 + hpt_contacts,
        contacts_reached=2700 + hpt_contacts - 100,
        contacts_not_reached_incl_nodetails=1800 + 100,
        nonhpt_contacts_identified=4500,
        nonhpt_contacts_reached=2700,
        nonhpt_contacts_not_reached=1000,
        nonhpt_contacts_no_comms_details=800,
        hpt_contacts_identified=hpt_contacts,
        hpt_contacts_reached=hpt_contacts - 100,
        hpt_contacts_not_reached=100,
        hh_contacts=3000,
        nonhh_contacts=1500,
        hh_reached=1800,
        nonhh_reached=900,
        contact_le24h_from_identified=2000,
        contact_24_48h=400,
        contact_48_72h=150,
        contact_gt72h=100,
        e2e_contact_le24h_from_case_transfer=1600,
        e2e_24_48h=600,
        e2e_48_72h=250,
        e2e_gt72h=150,
        median_miles_in_person=4.2,
    )


def write_events(made: Path) -> Path:
    """Write weeks in which health protection's share of contacts falls."""
    weeks = [a_week(FIRST + timedelta(weeks=n), 12_000 - 5_000 * n) for n in range(3)]
    folder.write(weeks, made, seed=7)
    return made


@pytest.fixture(scope="session")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_events(tmp_path_factory.mktemp("events") / "tables")


@pytest.fixture(scope="session")
def made(events: Path) -> Release:
    return release.make(events, LAST)


@pytest.fixture(scope="session")
def out(made: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the bulletin was written to."""
    written = tmp_path_factory.mktemp("bulletin")
    files.write(made, written)
    return written
