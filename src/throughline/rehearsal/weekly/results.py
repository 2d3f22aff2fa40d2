"""The tests of one week: as many people tested and positive as published, each case with its test."""

from __future__ import annotations

from typing import Any

import numpy as np

from throughline.measures.tables import RESULTS
from throughline.rehearsal.weekly import arrays, cases, places
from throughline.rehearsal.weekly.arrays import only
from throughline.rehearsal.weekly.cases import DISEASE, HOUR, Cases, Placed, around
from throughline.rehearsal.weekly.counts import ROUTES, Week
from throughline.rehearsal.weekly.draws import Draws, Ints
from throughline.rehearsal.weekly.span import Span

REASONS = ("outside_jurisdiction", "too_old", "test_kind")
"""Why a positive test has no case"""
_ROUTE_SHARES = (0.35, 0.2, 0.15, 0.1, 0.2)
_KINDS = ("pcr", "antigen", "antibody", "other")
_PURPOSES = ("symptomatic", "contact", "screening", "study", "other")
_NOT_DONE = 0.01
"""Void tests, and as many still without a result, besides those published: of people tested once more"""
_POSITIVE, _NEGATIVE, _VOID = 0, 1, 2
DAYS_OF_BATCHES = 9
"""A batch for each laboratory and day: two days before the week, when its first tests were reported, and the week"""


def table(week: Week, draws: Draws, found: Cases, at: Placed, span: Span) -> Any:
    """Return the rows: the cases' tests first, other positives, negatives, then those without a valid result."""
    with_case, positive, tested = len(found), week.tests_positive_people, week.people_tested
    extra = int(tested * _NOT_DONE)
    n = tested + 2 * extra
    place = np.arange(n)
    number = span.base + place
    is_case, is_open = place < with_case, place >= tested + extra
    others = n - with_case
    route = np.concatenate([at.route, draws.pick("route", others, _ROUTE_SHARES)])
    communicated = _communicated(draws, at, span, others)
    reported = communicated - HOUR // 4 - draws.below("told", n, HOUR)
    reported[:with_case] = at.result
    taken = _taken(week, draws, route, reported)
    taken[:with_case] = at.taken
    in_person = route < ROUTES.index("satellite")
    booked = only(in_person, taken - 2 * HOUR - draws.below("booked", n, 8 * HOUR))
    booked[:with_case] = at.booked
    at_laboratory = taken + ((reported - taken) * (0.3 + 0.4 * draws.uniform("lab", n))).astype(
        np.int64
    )
    code = np.full(n, _NEGATIVE, dtype=np.int8)
    code[:positive] = _POSITIVE
    code[tested:] = _VOID
    no_case = np.where((code == _POSITIVE) & ~is_case, draws.pick("reason", n, (6, 3, 1)), -1)
    area = np.concatenate([found.area, places.areas(draws, others)])
    laboratory = draws.pick("laboratory", n, (5, 3, 2))
    miles = week.median_miles_in_person * around("miles", draws, n)
    # Somebody whose test was void or still runs has been counted with another test.
    person = cases.person(number) + 2
    person[:with_case] = cases.person(span.base + place[:with_case])
    person[tested:] = person[draws.below("again", 2 * extra, tested)]
    purpose = draws.pick("purpose", n, (0.75, 0.1, 0.1, 0.0, 0.05))
    columns = {
        "result_id": arrays.ids("r", number),
        "person_id": arrays.ids("p", person),
        # What the laboratory has not told of yet came in no batch.
        "batch_id": arrays.words(
            np.where(is_open, -1, _batch(span, reported, laboratory)), batch_ids(span)
        ),
        "disease": arrays.same(DISEASE, n),
        "pillar": arrays.same("2", n),
        "route": arrays.words(route, ROUTES),
        "test_kind": arrays.words(draws.pick("test_kind", n, (0.97, 0.03)), _KINDS),
        "purpose": arrays.words(purpose, _PURPOSES),
        "result": arrays.words(np.where(is_open, -1, code), ("positive", "negative", "void")),
        "booked_at": arrays.times(booked),
        "taken_at": arrays.times(taken),
        "lab_received_at": arrays.times(at_laboratory),
        "reported_at": arrays.times(only(~is_open, reported)),
        "communicated_at": arrays.times(only(~is_open, communicated)),
        "received_at": arrays.times(only(~is_open, np.minimum(reported + 600, communicated))),
        "laboratory": arrays.words(laboratory, places.LABORATORIES),
        "area": arrays.words(area, places.AREAS),
        "region": arrays.words(area // places.AREAS_PER_REGION, places.REGIONS),
        "in_person": arrays.flags(in_person),
        "distance_miles": arrays.numbers(miles, in_person),
        "first_tested": arrays.flags(place < tested),
        "first_positive": arrays.flags(place < positive),
        "case_id": arrays.ids("c", number, is_case),
        "no_case_reason": arrays.words(no_case, REASONS),
        "recorded_at": arrays.times(
            np.where(is_open, taken, np.minimum(reported + 600, communicated))
        ),
    }
    return arrays.frame(RESULTS, columns, scaled=week.scaled)


def _communicated(draws: Draws, at: Placed, span: Span, others: int) -> Ints:
    """When each person was told: within the week, and for a case within the hour after its transfer."""
    told = at.transferred + draws.below("communicated", len(at.transferred), HOUR)
    anywhen = span.begins + draws.below("communicated_others", others, span.ends - span.begins)
    return np.concatenate([told, anywhen])


def _taken(week: Week, draws: Draws, route: Any, reported: Ints) -> Ints:
    hours = np.array([week.median_hours_to_result[name] for name in ROUTES])[route]
    before: Ints = (hours * HOUR * around("turnaround", draws, len(route))).astype(np.int64)
    return reported - before


def batch_ids(span: Span) -> tuple[str, ...]:
    """Return the names of the batches in which the tests of a week arrived, by day, then laboratory."""
    return tuple(
        f"b{span.base + day * len(places.LABORATORIES) + laboratory}"
        for day in range(DAYS_OF_BATCHES)
        for laboratory in range(len(places.LABORATORIES))
    )


def _batch(span: Span, reported: Ints, laboratory: Any) -> Ints:
    day = np.clip((reported - span.begins) // arrays.DAY + 2, 0, DAYS_OF_BATCHES - 1)
    return np.asarray(day * len(places.LABORATORIES) + laboratory)
