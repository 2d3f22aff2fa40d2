"""Which of several reports speaks for a result does not hang on their order."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from throughline.intake.parsing.fhir.reports import speaking

REPORTS: list[dict[str, Any]] = [
    {"status": "final", "issued": "2020-10-03T09:00:00Z"},
    {"status": "amended", "issued": "2020-10-01T09:00:00Z"},
    {"status": "amended", "issued": "2020-10-02T09:00:00Z", "code": {"text": "b"}},
    {"status": "amended", "issued": "2020-10-02T09:00:00Z", "code": {"text": "a"}},
    {"status": None},
]


def test_the_one_that_takes_back_most_speaks_and_of_those_the_last_issued() -> None:
    assert {str(speaking(order)) for order in permutations(REPORTS)} == {str(REPORTS[2])}
    withdrawn = {"status": "entered-in-error"}
    assert speaking([REPORTS[2], withdrawn, REPORTS[0]]) is withdrawn


def test_of_one_it_is_that_one_and_of_none_nobody_speaks() -> None:
    assert speaking(REPORTS[:1]) is REPORTS[0]
    assert speaking([]) is None
