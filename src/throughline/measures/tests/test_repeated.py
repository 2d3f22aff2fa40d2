"""Who is there twice is found by hashes; the answers are those of comparing everybody with everybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from throughline.measures import open_events
from throughline.measures.events import Events
from throughline.measures.tests import spec
from throughline.measures.words import any_repeated

ASKED = ("contacts.people", "contacts.attack_rate")
CONTACTS = """
contact_id | person_id | identified_at    | outcome | exposed_on | became_case_id | tested
a          | p1        | 2020-06-04 10:00 | open    | 2020-06-01 | i1             | true
b          | p1        | 2020-06-12 11:00 | open    | 2020-06-08 |                | true
c          | p2        | 2020-06-05 10:00 | open    | 2020-06-02 | i2             | true
d          |           | 2020-06-05 10:00 | open    | 2020-06-03 |                |
e          | p3        | 2020-06-06 10:00 | open    |            |                |
f          | p4        | 2020-06-14 10:00 | open    | 2020-06-04 |                | false
"""
CASES = """
case_id | person_id | transferred_at   | taken_at         | outcome
i1      | p1        | 2020-06-06 10:00 | 2020-06-05 10:00 | open
i2      | p2        | 2020-06-06 10:00 | 2020-06-05 10:00 | open
"""
MOSTLY_TWICE = CONTACTS.replace("| p3 ", "| p2 ").replace("| p4 ", "| p2 ")


@pytest.fixture
def events(tmp_path: Path) -> Events:
    spec.write(tmp_path, {"contacts": CONTACTS, "cases": CASES}, {"cut_at": spec.CUT})
    return open_events(tmp_path)


def test_only_rows_whose_person_another_row_has_are_repeated(events: Events) -> None:
    sql = f"SELECT contact_id FROM contacts WHERE {events.repeated('contacts')} ORDER BY 1"
    assert events.engine.rows(sql) == [("a",), ("b",)]


@pytest.mark.parametrize("supposed", ["TRUE", "person_id <= 'p1'", "person_id <> 'p4'"])
def test_whoever_else_is_supposed_to_be_repeated_the_answers_are_the_same(
    events: Events, supposed: str
) -> None:
    known = events.measure(ASKED, by="week")
    assert sum(one.numerator or 0 for one in known) == 6
    events.repeated = lambda _: f"coalesce({supposed}, FALSE)"
    assert events.measure(ASKED, by="week") == known


def test_where_most_share_their_person_nobody_is_looked_up(tmp_path: Path) -> None:
    spec.write(tmp_path, {"contacts": MOSTLY_TWICE}, {"cut_at": spec.CUT})
    assert open_events(tmp_path).repeated("contacts") == any_repeated("contacts")


def test_a_question_about_a_week_looks_at_nobody_else(events: Events) -> None:
    events.repeated = pytest.fail
    events.measure(ASKED, from_="2020-06-04", to="2020-06-10")
