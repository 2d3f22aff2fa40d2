from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from throughline.tracing.rules.exposure import Exposure, exposure_told, is_contact
from throughline.tracing.rules.infectious import anchor_date, infectious_period
from throughline.tracing.rules.tests.protocols import (
    EBOLA,
    EVERY,
    JULY,
    LONDON,
    MAY,
    MEASLES,
    MERS,
)

ONSET = date(2020, 10, 3)
ANCHOR = anchor_date(onset_on=ONSET, taken_at=None, zone=LONDON)


def judged(protocol, day=0, **told):
    """The verdict on one meeting so many days from the onset."""
    on = ONSET + timedelta(days=day)
    exposure = Exposure(**{"first_on": on, "last_on": on, **told})
    return is_contact(protocol, exposure, infectious_period(protocol, ANCHOR))


def test_a_contact_seen_on_the_first_and_on_the_last_infectious_day_counts():
    assert judged(JULY, -2, kind="household").outcome == "contact"
    assert judged(JULY, 10, kind="household").outcome == "contact"


def test_a_person_seen_a_day_outside_the_infectious_days_is_no_contact_and_is_told_why():
    before, after = judged(JULY, -3, kind="household"), judged(JULY, 11, kind="household")
    assert (before.outcome, after.outcome) == ("not_contact", "not_contact")
    assert before.reason == (
        "Last together on 30 September 2020, before the infectious days began on 1 October 2020."
    )
    assert after.reason == (
        "First together on 14 October 2020, after the infectious days ended on 13 October 2020."
    )


def test_day_8_made_a_contact_only_after_30_july():
    assert judged(MAY, 8, kind="household").outcome == "not_contact"
    assert judged(JULY, 8, kind="household").outcome == "contact"


def test_a_long_exposure_counts_by_its_last_infectious_day():
    verdict = judged(JULY, kind="household", first_on=date(2020, 9, 1), last_on=date(2020, 11, 1))
    assert verdict.last_on == date(2020, 10, 13)


@pytest.mark.parametrize(
    ("protocol", "told", "outcome"),
    [
        # Face to face at exactly 1 metre.
        (JULY, {"kind": "direct", "manner": "face_to_face", "metres": 1.0}, "contact"),
        # A little further.
        (JULY, {"kind": "direct", "manner": "face_to_face", "metres": 1.1}, "not_contact"),
        # A touch has no distance to measure, and a cough reaches whom it reaches.
        (JULY, {"kind": "direct", "manner": "skin_to_skin"}, "contact"),
        (JULY, {"kind": "direct", "manner": "coughed_on", "metres": 1.5}, "contact"),
        # Near without talking: one minute is enough, less is not.
        (
            JULY,
            {"kind": "direct", "manner": "near", "metres": 0.5, "minutes_at_once": 1},
            "contact",
        ),
        (
            JULY,
            {"kind": "direct", "manner": "near", "metres": 0.5, "minutes_at_once": 0},
            "not_contact",
        ),
        # Not known how: counts until it is known.
        (JULY, {"kind": "direct"}, "assumed"),
        # A manner that no rule names.
        (JULY, {"kind": "direct", "manner": "waved"}, "not_contact"),
        # More than 15 minutes: 15 is not more.
        (JULY, {"kind": "proximity", "metres": 2.0, "minutes_at_once": 16}, "contact"),
        (JULY, {"kind": "proximity", "metres": 2.0, "minutes_at_once": 15}, "not_contact"),
        (JULY, {"kind": "proximity", "metres": 2.1, "minutes_at_once": 60}, "not_contact"),
        # Minutes are not added up over the day in 2020…
        (
            JULY,
            {"kind": "proximity", "metres": 1.5, "minutes_at_once": 5, "minutes_in_day": 40},
            "not_contact",
        ),
        # …and a day's sum does not say how long they were together at once,
        (JULY, {"kind": "proximity", "metres": 1.5, "minutes_in_day": 40}, "assumed"),
        # unless even the sum is too short.
        (JULY, {"kind": "proximity", "metres": 1.5, "minutes_in_day": 10}, "not_contact"),
        # Something is known to be too far, so what is unknown does not matter.
        (JULY, {"kind": "proximity", "metres": 3.0}, "not_contact"),
        (JULY, {"kind": "proximity", "minutes_at_once": 60}, "assumed"),
        (JULY, {"kind": "travel"}, "contact"),
        # England's protocol has no such kind.
        (JULY, {"kind": "other"}, "not_contact"),
        # Measles hangs in the air: at least 15 minutes in the room, whatever the distance.
        (MEASLES, {"kind": "proximity", "metres": 20.0, "minutes_at_once": 15}, "contact"),
        (MEASLES, {"kind": "proximity", "minutes_at_once": 14}, "not_contact"),
        (MERS, {"kind": "proximity", "metres": 2.0, "minutes_at_once": 15}, "contact"),
        # A burial.
        (EBOLA, {"kind": "other"}, "contact"),
    ],
)
def test_each_rule_is_met_at_its_edge_and_not_beyond(protocol, told, outcome):
    assert judged(protocol, **told).outcome == outcome


@pytest.mark.parametrize(
    ("at_once", "in_day", "outcome"),
    [
        (5, 16, "contact"),  # 3 meetings that add up
        (5, 15, "not_contact"),
        (16, None, "contact"),  # one meeting is enough by itself
        (5, None, "assumed"),  # there may have been others that day
        (None, None, "assumed"),
    ],
)
def test_minutes_added_up_over_a_day_count_where_the_protocol_says_so(at_once, in_day, outcome):
    rules = tuple(
        rule.model_copy(update={"minutes_counted": "over_a_day"}) for rule in JULY.contact
    )
    adding = JULY.model_copy(update={"contact": rules})
    told = {"minutes_at_once": at_once, "minutes_in_day": in_day}
    assert judged(adding, kind="proximity", metres=1.5, **told).outcome == outcome


def test_what_is_not_known_is_named_and_never_lets_anybody_off():
    verdict = judged(JULY, kind="proximity", minutes_at_once=60)
    assert verdict.counts
    assert verdict.reason.startswith("Counts until the distance is known: Within 2 metres")


@given(
    protocol=st.sampled_from(EVERY),
    kind=st.sampled_from(["household", "direct", "proximity", "travel", "other"]),
    manner=st.sampled_from([None, "face_to_face", "near", "skin_to_skin"]),
    metres=st.none() | st.floats(min_value=0, max_value=10),
    minutes=st.none() | st.integers(min_value=0, max_value=120),
    day=st.integers(min_value=-20, max_value=40),
)
def test_learning_more_never_takes_a_person_from_no_contact_to_contact(
    protocol, kind, manner, metres, minutes, day
):
    # Skin to skin at a nearest of two metres contradicts itself: touching tells the distance.
    assume(manner != "skin_to_skin" or not metres)
    known = {"kind": kind, "manner": manner, "metres": metres, "minutes_at_once": minutes}
    full = judged(protocol, day, **known)
    for forgotten in ("manner", "metres", "minutes_at_once"):
        less = judged(protocol, day, **{**known, forgotten: None})
        assert less.counts or not full.counts


TOLD_ON = date(2020, 10, 20)


def told_verdict(**told):
    exposure = exposure_told(
        **{"kind": "", "lives_with_case": False, "met_on": None, **told}, told_on=TOLD_ON
    )
    return is_contact(JULY, exposure, infectious_period(JULY, ANCHOR))


def test_one_named_without_saying_how_or_when_they_met_counts_until_it_is_known():
    verdict = told_verdict()
    assert (verdict.outcome, verdict.rule) == ("assumed", None)
    # Named after the infectious days, so the last of these is the latest that it can have been.
    assert verdict.last_on == date(2020, 10, 13)


def test_a_day_that_was_told_decides_even_when_the_kind_was_not():
    assert told_verdict(met_on=date(2020, 10, 13)).counts
    assert not told_verdict(met_on=date(2020, 10, 14)).counts


def test_one_who_lives_with_the_case_needs_neither_kind_nor_day():
    verdict = told_verdict(lives_with_case=True)
    assert (verdict.outcome, verdict.rule.kind) == ("contact", "household")
