"""A list of contacts beside a line list: joined to its cases, and every pair accounted for."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from throughline.cli.tests.lists import CASE, FIELDS, FIRST, Lists
from throughline.measures.check import check

PAIRS = "Case,Contact,Named,Told,Lives with\n"


def test_a_list_of_contacts_is_joined_to_its_cases(lists: Lists) -> None:
    code, told, _ = lists.run(
        FIRST,
        "P2,P2,H1,pos,04/10/2020,05/10/2020,,12,North,,,,",
        contacts=PAIRS + "P1,P2,03/10/2020 09:00,03/10/2020 18:00,y\nC1,P9,,,\n",
    )
    assert code == 0
    assert told["contacts"] == {
        "received": 2, "accepted": 2, "duplicates": 0, "corrected": 0, "faults": 0,
    }  # fmt: skip
    one, other = lists.table("contacts").rows(named=True)
    transferred = datetime(2020, 10, 2, 14, 10, tzinfo=UTC)
    assert one == dict.fromkeys(one) | {
        "contact_id": "P1:P2",
        "case_id": "P1",
        "person_id": "P2",
        "household_id": "H1",
        "region": "North",
        "under_18": True,
        "household": True,
        "identified_at": datetime(2020, 10, 3, 8, tzinfo=UTC),
        "case_transferred_at": transferred,
        "reached_at": datetime(2020, 10, 3, 17, tzinfo=UTC),
        "outcome": "reached",
        "tested": True,
        "became_case_id": "P2",
        "recorded_at": datetime(2020, 10, 3, 8, tzinfo=UTC),
    }
    # Somebody of whom the list knows nothing, named nobody says when: it is when their case was transferred.
    assert (other["person_id"], other["became_case_id"], other["tested"]) == ("P9", None, None)
    assert other["identified_at"] == transferred
    assert told["assumed"]["contacts.identified_at = case_transferred_at"] == 1
    assert lists.column("cases", "contacts_named") == [2, None]
    assert check(lists.out).faults == []


def test_pairs_need_no_more_than_from_and_to(lists: Lists) -> None:
    code, told, _ = lists.run(FIRST, mapping=FIELDS + CASE, contacts="from,to\nP1,P8\nP1,P9\n")
    assert (code, told["tables"]["contacts"]) == (0, 2)
    assert lists.column("contacts", "contact_id") == ["P1:P8", "P1:P9"]


def test_a_case_that_was_reached_and_has_no_contact_named_nobody(lists: Lists) -> None:
    lists.run(FIRST, "C2,P2,,pos,03/10/2020,,,,,,No answer,,", contacts=PAIRS)
    assert lists.column("cases", "contacts_named") == [0, None]


def test_odd_pairs_are_faults_with_their_reason_and_repeated_ones_are_duplicates(
    lists: Lists,
) -> None:
    code, told, _ = lists.run(
        FIRST,
        contacts=PAIRS
        + "P1,P2,,,\nP1,P2,,,\nP1,P2,,03/10/2020 18:00,\nP1,P1,,,\nP7,P3,,,\nP7,P4,03/10/2020 10:00,,\nP1,,,,\n",
    )
    assert code == 3
    assert told["contacts"] == {
        "received": 7, "accepted": 2, "duplicates": 1, "corrected": 0, "faults": 4,
    }  # fmt: skip
    faults = pl.read_csv(told["faults"]["contact-faults"]["file"], infer_schema=False)
    assert [sentence.partition(";")[0] for sentence in faults["fault"]] == [
        "Contact 'P2' came before with other values",
        "Contact 'P1' is a contact of themselves",
        "Case 'P7' is nobody who has a case",
        "Contact is empty",
    ]
    # Somebody else's case, named with its moment, is kept as it is called.
    assert lists.column("contacts", "case_id") == ["P1", "P7"]
