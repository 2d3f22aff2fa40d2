"""What several meetings make of a contact: the latest day of each alone, in any order, and never a day more than told."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from throughline.tracing.rules.infectious import anchor_date
from throughline.tracing.rules.meetings import Occasion, left_of
from throughline.tracing.rules.tests.protocols import EVERY, LONDON

ONSET = date(2020, 10, 3)
ANCHOR = anchor_date(onset_on=ONSET, taken_at=None, zone=LONDON)
occasions = st.lists(
    st.builds(
        Occasion,
        kind=st.sampled_from(("direct", "proximity", "travel", "other")),
        on=st.none() | st.integers(-1, 9).map(lambda day: ONSET + timedelta(days=day)),
        lives_with=st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@given(st.sampled_from(EVERY), occasions, st.randoms())
def test_the_days_are_the_latest_of_each_meeting_alone_in_whatever_order(
    protocol, told, random
) -> None:
    def left(some):
        return left_of(protocol, some, ANCHOR, named_on=ONSET + timedelta(days=9))

    together = left(told)
    ends = [one.until for one in map(left, ([occasion] for occasion in told)) if one.until]
    assert together.until == max(ends, default=None)
    assert together.household == any(one.lives_with for one in told)
    shuffled = random.sample(told, len(told))
    assert (left(shuffled).until, left(shuffled).exposed_on) == (
        together.until,
        together.exposed_on,
    )
