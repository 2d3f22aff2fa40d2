"""The cases of one week: as many of each outcome, manager, band and answer as the week's counts say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from throughline.measures.tables import CASES, OUTCOMES, REACHED_HOW
from throughline.rehearsal.weekly import arrays, bands, places
from throughline.rehearsal.weekly.arrays import NONE, only
from throughline.rehearsal.weekly.counts import CASE_BANDS, ROUTES, Week
from throughline.rehearsal.weekly.draws import Codes, Draws, Flags, Ints
from throughline.rehearsal.weekly.span import Span

REACHED, NOT_REACHED, NO_DETAILS, OPEN = range(4)
HOUR = 3600
DISEASE = "covid"
RULES = "covid-2020-05"
_MANAGERS = ("health_protection", "national", "local")
_HPT_BANDS = (0.7, 0.2, 0.05, 0.05)
_ROUTE_SHARES = (0.35, 0.2, 0.15, 0.1, 0.2)
_STILL_OPEN = 0.03
"""Of those not reached: the published "not reached" counts them too"""
_HANDED_OVER = 0.08
"""Of cases that began nationally: handed to a local team, which leaves the first manager as it was"""
_SYMPTOMATIC = 0.75
_WAITING_FOR_TRANSFER = 3 * HOUR


@dataclass(frozen=True, kw_only=True, slots=True)
class Cases:
    """What is drawn before anything has a time: outcome, manager, band and spell to reaching, who gave contacts."""

    outcome: Codes
    by_hpt: Flags
    handed_over: Flags
    band: Codes
    spell: Ints
    gave: Flags
    area: Ints

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def reached(self) -> Flags:
        """Which cases were reached."""
        return np.equal(self.outcome, REACHED)

    @property
    def manager(self) -> Codes:
        """The manager now, a place in `health_protection, national, local`."""
        return np.where(self.by_hpt, 0, np.where(self.handed_over, 2, 1)).astype(np.int8)


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """The moments of the cases, in seconds."""

    onset: Ints
    route: Codes
    booked: Ints
    taken: Ints
    result: Ints
    transferred: Ints
    attempted: Ints
    reached: Ints
    closed: Ints


def draw(week: Week, draws: Draws) -> Cases:
    """Draw the cases of a week."""
    national, hpt = week.cases_reached_not_hpt, week.cases_reached_hpt
    n = week.cases_transferred
    missed = np.full(week.cases_not_reached, NOT_REACHED, dtype=np.int8)
    missed[draws.chance("open", len(missed), _STILL_OPEN)] = OPEN
    outcome = np.concatenate(
        [
            np.full(national + hpt, REACHED, dtype=np.int8),
            missed,
            np.full(week.cases_no_comms_details, NO_DETAILS, dtype=np.int8),
        ]
    )
    counts = week.bands(CASE_BANDS)
    known = np.repeat(np.arange(5, dtype=np.int8), (*counts, national - sum(counts)))
    band = np.full(n, bands.UNKNOWN, dtype=np.int8)
    band[:national] = _with_a_quick_one_first(draws.shuffled("band", known))
    band[national : national + hpt] = draws.pick("hpt_band", hpt, _HPT_BANDS)
    by_hpt = np.zeros(n, dtype=np.bool_)
    by_hpt[national : national + hpt] = True
    gave_hpt = _gave_to_health_protection(week)
    gave = np.zeros(n, dtype=np.bool_)
    gave[: week.cases_gave_1plus_contact - gave_hpt] = True
    gave[national : national + gave_hpt] = True
    return Cases(
        outcome=outcome,
        by_hpt=by_hpt,
        handed_over=draws.chance("handed_over", n, _HANDED_OVER) & ~by_hpt,
        band=band,
        spell=bands.spell(draws, "spell", band),
        gave=gave,
        area=places.areas(draws, n),
    )


def _with_a_quick_one_first(band: Codes) -> Codes:
    """Swap the quickest case to the front: the first give contacts, and some contacts need one reached at once."""
    if len(band):
        quickest = int(np.argmin(band))
        band[0], band[quickest] = band[quickest], band[0]
    return band


def _gave_to_health_protection(week: Week) -> int:
    """How many of those who gave contacts were managed by health protection: in proportion, where possible."""
    share = week.cases_reached_hpt / max(week.cases_reached, 1)
    least = max(week.cases_gave_1plus_contact - week.cases_reached_not_hpt, 0)
    kept = min(week.nonhpt_contacts_identified, 1)
    most = min(
        week.cases_reached_hpt, week.hpt_contacts_identified, week.cases_gave_1plus_contact - kept
    )
    wanted = max(round(week.cases_gave_1plus_contact * share), min(week.hpt_contacts_identified, 1))
    return max(least, min(wanted, most))


def place(week: Week, draws: Draws, cases: Cases, span: Span, longest_gap: Ints) -> Placed:
    """Put the cases into their week, early enough that each one's contacts are identified in it too."""
    n = len(cases)
    room = span.ends - span.begins - HOUR - longest_gap
    transferred = span.begins + draws.below("transferred", n, room)
    result = transferred - HOUR // 2 - draws.below("waiting", n, 2 * _WAITING_FOR_TRANSFER)
    route = draws.pick("route", n, _ROUTE_SHARES)
    hours = np.array([week.median_hours_to_result[name] for name in ROUTES])[route]
    taken = result - (hours * HOUR * around("turnaround", draws, n)).astype(np.int64)
    in_person = route < ROUTES.index("satellite")
    booked = only(in_person, taken - 2 * HOUR - draws.below("booked", n, 8 * HOUR))
    # What the published median leaves for the days between the first symptom and the test.
    rest = max(week.median_hours_symptoms_to_contact - float(np.mean(hours if n else 0)) - 30, 8)
    ill = (rest * HOUR * around("onset", draws, n)).astype(np.int64)
    onset = only(draws.chance("symptomatic", n, _SYMPTOMATIC), taken - ill)
    reached = only(cases.reached & (cases.band != bands.UNKNOWN), transferred + cases.spell)
    first_try = HOUR // 2 + draws.below("first_attempt", n, 5 * HOUR)
    attempted = transferred + np.where(
        reached == NONE, first_try, np.minimum(first_try, cases.spell)
    )
    given_up = transferred + 5 * arrays.DAY + draws.below("given_up", n, 5 * arrays.DAY)
    closed = np.where(reached == NONE, only(cases.outcome != OPEN, given_up), reached)
    return Placed(
        onset=onset,
        route=route,
        booked=booked,
        taken=taken,
        result=result,
        transferred=transferred,
        attempted=only(cases.outcome != NO_DETAILS, attempted),
        reached=reached,
        closed=closed,
    )


def around(stream: str, draws: Draws, n: int) -> Any:
    """Return factors from about a third to three, half of them below 1."""
    return 2.0 ** (3 * (draws.uniform(stream, n) - 0.5))


def person(number: Ints) -> Ints:
    """Return the number of the person, and of the household, that a case has; other rows leave room for these."""
    return 3 * number


def table(week: Week, draws: Draws, cases: Cases, at: Placed, span: Span, named: Ints) -> Any:
    """Return the rows of the event table; `named` is how many contacts each case has."""
    n = len(cases)
    number = span.base + np.arange(n)
    national = draws.pick("provider", n, (1, 1))
    first = np.where(cases.by_hpt, 2, national).astype(np.int8)
    provider = np.where(cases.handed_over, 3, first).astype(np.int8)
    how = np.where(cases.by_hpt, REACHED_HOW.index("institution"), REACHED_HOW.index("self"))
    how = np.where(draws.chance("web", n, 0.3) & ~cases.by_hpt, REACHED_HOW.index("web"), how)
    columns = {
        "case_id": arrays.ids("c", number),
        "person_id": arrays.ids("p", person(number)),
        "household_id": arrays.ids("h", person(number)),
        "result_id": arrays.ids("r", number),
        "disease": arrays.same(DISEASE, n),
        "area": arrays.words(cases.area, places.AREAS),
        "region": arrays.words(cases.area // places.AREAS_PER_REGION, places.REGIONS),
        "under_18": arrays.flags(draws.chance("under_18", n, 0.15)),
        "managed_by_first": arrays.words((~cases.by_hpt).astype(np.int8), _MANAGERS),
        "managed_by": arrays.words(cases.manager, _MANAGERS),
        "first_provider": arrays.words(first, places.PROVIDERS),
        "provider": arrays.words(provider, places.PROVIDERS),
        "reached_by": arrays.words(np.where(cases.reached, provider, -1), places.PROVIDERS),
        "rules": arrays.same(RULES, n),
        "symptomatic": arrays.flags(at.onset != NONE),
        "onset_on": arrays.dates(at.onset),
        "booked_at": arrays.times(at.booked),
        "taken_at": arrays.times(at.taken),
        "result_at": arrays.times(at.result),
        "transferred_at": arrays.times(at.transferred),
        "details_given": arrays.flags(cases.outcome != NO_DETAILS),
        "first_attempt_at": arrays.times(at.attempted),
        "reached_at": arrays.times(at.reached),
        "reached_how": arrays.words(np.where(cases.reached, how, -1), REACHED_HOW),
        "closed_at": arrays.times(at.closed),
        "outcome": arrays.words(cases.outcome, OUTCOMES),
        "contacts_named": arrays.numbers(named, cases.reached),
        "recorded_at": arrays.times(at.transferred),
    }
    return arrays.frame(CASES, columns, scaled=week.scaled)
