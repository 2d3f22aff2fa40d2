from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.tracing.rules.episodes import (
    Bridge,
    Episode,
    Join,
    Open,
    Positive,
    assign_episodes,
    place_positive,
)

GAP = 90
DAY = date(2020, 6, 1)


def episode(number, first, last):
    return Episode(
        number=number, first_on=DAY + timedelta(days=first), last_on=DAY + timedelta(days=last)
    )


def positive(day, ref="a"):
    return Positive(ref=ref, on=DAY + timedelta(days=day))


def placed(existing, day):
    return place_positive(existing, positive(day), gap_days=GAP, next_number=len(existing) + 1)


def test_the_first_positive_opens_an_episode():
    assert placed([], 0) == Open(episode=episode(1, 0, 0))


@pytest.mark.parametrize(
    ("day", "decision"),
    [
        (90, Join(episode=episode(1, 0, 90))),  # the last day of the gap joins
        (91, Open(episode=episode(2, 91, 91))),  # a day more is another illness
        (-90, Join(episode=episode(1, -90, 0))),  # the same for one that was taken earlier
        (-91, Open(episode=episode(2, -91, -91))),
        (0, Join(episode=episode(1, 0, 0))),  # a second test on the same day
    ],
)
def test_a_positive_joins_within_the_gap_and_opens_beyond_it(day, decision):
    assert placed([episode(1, 0, 0)], day) == decision


def test_the_gap_runs_from_the_last_positive_of_the_episode_not_the_first():
    assert placed([episode(1, 0, 80)], 170) == Join(episode=episode(1, 0, 170))


def test_a_late_result_between_two_episodes_joins_them_and_the_lower_number_survives():
    # The earlier illness was reported second, so that it has the higher number.
    existing = [episode(2, 0, 0), episode(1, 150, 150)]
    assert place_positive(existing, positive(75), gap_days=GAP, next_number=3) == Bridge(
        episode=episode(1, 0, 150), absorbed=2
    )


def test_episodes_that_should_have_been_one_are_refused_instead_of_guessed():
    with pytest.raises(ValueError, match="at most 2 can"):
        placed([episode(1, 0, 0), episode(2, 10, 10), episode(3, 20, 20)], 15)


days = st.lists(st.integers(min_value=0, max_value=900), min_size=1, max_size=25)


@given(days=days, shuffled=st.randoms(use_true_random=False))
def test_any_order_gives_the_same_episodes_at_once(days, shuffled):
    positives = [positive(day, ref=str(ref)) for ref, day in enumerate(days)]
    other = positives.copy()
    shuffled.shuffle(other)
    assert assign_episodes(positives, gap_days=GAP) == assign_episodes(other, gap_days=GAP)


@given(days=days, gap=st.integers(min_value=1, max_value=200))
def test_one_by_one_in_any_order_gives_the_same_episodes_as_all_at_once(days, gap):
    positives = [positive(day, ref=str(ref)) for ref, day in enumerate(days)]
    episodes, members, opened = {}, {}, 0
    for one in positives:
        place = place_positive(episodes.values(), one, gap_days=gap, next_number=opened + 1)
        number = place.episode.number
        if isinstance(place, Open):
            opened += 1
        if isinstance(place, Bridge):
            assert number < place.absorbed
            del episodes[place.absorbed]
            members[number] |= members.pop(place.absorbed)
        episodes[number] = place.episode
        members.setdefault(number, set()).add(one.ref)
    batch = assign_episodes(positives, gap_days=gap)
    assert {frozenset(refs) for refs in members.values()} == {
        frozenset(one.ref for one in group) for group in batch
    }
    assert {(e.first_on, e.last_on) for e in episodes.values()} == {
        (group[0].on, group[-1].on) for group in batch
    }


@given(days=days)
def test_every_positive_is_in_exactly_one_episode_and_episodes_lie_apart(days):
    positives = [positive(day, ref=str(ref)) for ref, day in enumerate(days)]
    groups = assign_episodes(positives, gap_days=GAP)
    assert sorted(one.ref for group in groups for one in group) == sorted(
        one.ref for one in positives
    )
    for earlier, later in pairwise(groups):
        assert later[0].on - earlier[-1].on > timedelta(days=GAP)
