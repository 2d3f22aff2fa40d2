"""Which of a person's illnesses a link speaks of, and whether the contact's own belongs to it."""

from datetime import date
from uuid import UUID

from throughline.tracing.rules.became import Ill, case_became, case_met

SPRING = Ill(case_id=UUID(int=1), on=date(2020, 4, 1))
AUTUMN = Ill(case_id=UUID(int=2), on=date(2020, 10, 1))
LATER = Ill(case_id=UUID(int=3), on=date(2020, 10, 9))


def test_a_meeting_was_in_the_illness_nearest_to_its_day_and_without_a_day_in_the_last() -> None:
    assert case_met([SPRING, AUTUMN], met_on=date(2020, 4, 20)) == SPRING
    assert case_met([SPRING, AUTUMN], met_on=date(2020, 9, 28)) == AUTUMN
    assert case_met([AUTUMN, SPRING], met_on=None) == AUTUMN
    assert case_met([], met_on=None) is None


def test_a_contact_became_the_illness_of_the_same_wave_and_never_that_of_another() -> None:
    assert case_became([SPRING, LATER], of=AUTUMN, gap_days=90) == LATER
    assert case_became([SPRING], of=AUTUMN, gap_days=90) is None
    # On the very edge of the days after which a positive is another illness.
    assert case_became([SPRING], of=AUTUMN, gap_days=183) == SPRING
    assert case_became([AUTUMN], of=AUTUMN, gap_days=90) is None


def test_an_illness_that_began_after_the_contacts_last_day_is_another_matter() -> None:
    assert case_became([LATER], of=AUTUMN, gap_days=90, until=LATER.on) == LATER
    assert case_became([LATER], of=AUTUMN, gap_days=90, until=AUTUMN.on) is None
