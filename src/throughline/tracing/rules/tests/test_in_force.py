from datetime import date
from itertools import permutations

import pytest

from throughline.definitions.errors import NothingInForceError
from throughline.tracing.rules.in_force import protocol_in_force
from throughline.tracing.rules.infectious import anchor_date
from throughline.tracing.rules.isolation import isolation_of_case
from throughline.tracing.rules.tests.protocols import ENGLAND, LONDON, utc


def version(transferred_at, at, protocols=ENGLAND):
    return protocol_in_force(
        protocols, disease="covid", transferred_at=transferred_at, at=at, zone=LONDON
    ).version


@pytest.mark.parametrize(
    ("transferred", "at", "expected"),
    [
        # The first minute of the service, in London.
        (utc(2020, 5, 27, 23), utc(2020, 5, 27, 23), 1),
        (utc(2020, 7, 29, 12), utc(2020, 7, 29, 12), 1),
        # 22:59 UTC is still 29 July; 23:00 UTC is 30 July in London.
        (utc(2020, 7, 29, 22, 59), utc(2020, 7, 29, 22, 59), 1),
        (utc(2020, 7, 29, 23), utc(2020, 7, 29, 23), 2),
        # A case of 29 July asked about later keeps the date it was told: the change was for new cases.
        (utc(2020, 7, 29, 12), utc(2020, 8, 3, 12), 1),
        # 14 December is for open cases too, whichever version judged them before.
        (utc(2020, 12, 10), utc(2020, 12, 13, 23, 59), 2),
        (utc(2020, 12, 10), utc(2020, 12, 14, 0), 3),
        (utc(2020, 7, 29, 12), utc(2020, 12, 14), 3),
    ],
)
def test_the_day_of_transfer_chooses_the_version_and_an_open_one_judges_again(
    transferred, at, expected
):
    assert version(transferred, at) == expected


def test_the_order_in_which_versions_are_loaded_does_not_matter():
    for order in permutations(ENGLAND):
        assert version(utc(2020, 8, 3), utc(2020, 8, 3), order) == 2


def test_a_person_told_on_29_july_isolates_for_7_days_and_on_30_july_for_10():
    anchor = anchor_date(onset_on=date(2020, 7, 27), taken_at=None, zone=LONDON)
    told = {}
    for day in (29, 30):
        moment = utc(2020, 7, day)
        chosen = protocol_in_force(
            ENGLAND, disease="covid", transferred_at=moment, at=moment, zone=LONDON
        )
        told[day] = isolation_of_case(chosen.protocol, anchor).on
    assert told == {29: date(2020, 8, 3), 30: date(2020, 8, 6)}


def test_a_disease_without_a_protocol_has_none_in_force():
    moment = utc(2020, 8, 3)
    assert (
        protocol_in_force(ENGLAND, disease="mumps", transferred_at=moment, at=moment, zone=LONDON)
        is None
    )


def test_a_case_from_before_the_first_version_is_refused_in_words():
    with pytest.raises(NothingInForceError, match="2020-05-27"):
        version(utc(2020, 5, 27), utc(2020, 5, 27))
