"""Time-to-reach curves: Kaplan and Meier's estimate, by hand and by its definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.measures.curves import HOUR, kaplan_meier

PEOPLE = st.lists(st.tuples(st.integers(0, 90 * HOUR), st.booleans()), min_size=1, max_size=60)


def test_without_censoring_it_is_the_share_reached_by_then() -> None:
    times = [(1 * HOUR, 1, 0), (3 * HOUR, 2, 0), (500 * HOUR, 0, 1)]
    assert kaplan_meier(times, (0, 1, 2, 3, 96)) == pytest.approx((0, 0.25, 0.25, 0.75, 0.75))


def test_somebody_reached_exactly_at_the_mark_is_reached_by_it() -> None:
    assert kaplan_meier([(24 * HOUR, 1, 1)], (23, 24)) == (0, 0.5)


def test_who_was_followed_for_less_does_not_count_as_unreached_after() -> None:
    # Of four, one is reached at 1 h, two were known for 2 h only, the last is reached at 3 h.
    times = [(1 * HOUR, 1, 0), (2 * HOUR, 0, 2), (3 * HOUR, 1, 0)]
    assert kaplan_meier(times, (1, 2, 3, 9)) == pytest.approx((0.25, 0.25, 1.0, 1.0))


def test_beyond_the_longest_following_nothing_is_known() -> None:
    assert kaplan_meier([(1 * HOUR, 1, 0), (2 * HOUR, 0, 1)], (1, 2, 3)) == (0.5, 0.5, None)


def test_nobody_gives_no_curve() -> None:
    assert kaplan_meier([], (0, 24)) == (None, None)


@given(people=PEOPLE, data=st.data())
def test_it_rises_stays_between_0_and_1_and_heeds_no_order(
    people: list[tuple[int, bool]], data: st.DataObject
) -> None:
    merged: dict[int, list[int]] = {}
    for seconds, reached in people:
        both = merged.setdefault(seconds, [0, 0])
        both[0 if reached else 1] += 1
    rows = [(seconds, reached, censored) for seconds, (reached, censored) in merged.items()]
    curve = kaplan_meier(rows)
    assert kaplan_meier(data.draw(st.permutations(rows))) == curve
    known = [share for share in curve if share is not None]
    assert known == sorted(known)
    assert all(-1e-9 <= share <= 1 + 1e-9 for share in known)
