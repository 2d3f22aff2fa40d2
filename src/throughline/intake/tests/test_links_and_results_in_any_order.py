"""Who became a case: the same whichever came first, the list of links or the contact's own result."""

from __future__ import annotations

import pytest

from throughline.intake.tests.test_links import links, pairs, told
from throughline.intake.tests.world import prepare, row

pytestmark = pytest.mark.django_db

# Of a meeting on 1 August, after which a contact of that summer had fourteen days.
OWN = {
    "2020-08-05": "Family2",
    "2020-08-15": "Family2",
    # Within the days of the same illness, and after the last day as a contact.
    "2020-09-20": "",
    # Another illness, long before.
    "2020-03-20": "",
}


@pytest.mark.parametrize("first", ["link", "result"])
@pytest.mark.parametrize("taken_on", OWN)
def test_who_became_a_case_is_told_by_the_days_and_not_by_what_came_first(
    taken_on: str, first: str
) -> None:
    prepare()
    # A negative makes the contact somebody whom a link can name.
    told(positive(1, "2020-08-01"), row(2, report_id="before", result="negative"))
    if first == "result":
        told(positive(2, taken_on))
    links("p1,p2,covid,direct,2020-08-01")
    if first == "link":
        told(positive(2, taken_on))
    assert pairs() == {("Family1", "Family2", OWN[taken_on])}


def positive(number: int, taken_on: str) -> dict[str, str]:
    return row(number, taken_at=f"{taken_on}T09:00:00Z", reported_at=f"{taken_on}T18:00:00Z")
