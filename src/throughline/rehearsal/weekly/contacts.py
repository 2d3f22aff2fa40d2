"""The contacts of one week, each of a case of the same week that was reached before and gave contacts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from throughline.measures.tables import CONTACTS, OUTCOMES, REACHED_HOW
from throughline.rehearsal.weekly import arrays, bands, cases, places
from throughline.rehearsal.weekly.arrays import DAY, only
from throughline.rehearsal.weekly.cases import NO_DETAILS, NOT_REACHED, OPEN, REACHED, Cases, Placed
from throughline.rehearsal.weekly.counts import CONTACT_BANDS, E2E_BANDS, Week
from throughline.rehearsal.weekly.draws import Codes, Draws, Flags, Ints
from throughline.rehearsal.weekly.span import Span
from throughline.rehearsal.weekly.totals import HOUSEHOLD_FROM, UNDER_18_FROM

_MANAGERS = ("health_protection", "national", "local")
_HPT_BANDS = (0.93, 0.05, 0.01, 0.01)
_STILL_OPEN = 0.03
_HANDED_OVER = 0.05
_UNDER_18 = 0.2
_MANNER_UNKNOWN = 0.02
_NAMED_BEFORE = 0.06
"""Contacts whose person is another contact's of the week too"""
_BECAME_CASE = 0.05
"""Of contacts outside the household: the person is a case of the same week, transferred later"""
_TESTED = 0.2
_BY_HOUSEHOLD = 0.75
"""Of household contacts reached, once one member's answer counted for all"""
_KINDS = ("household", "direct", "proximity", "travel", "other")
_OUTSIDE = (0.0, 0.55, 0.33, 0.04, 0.08)
_SETTINGS = ("care_home", "hospital", "school", "prison", "workplace")
_SETTING_SHARES = (0.4, 0.2, 0.2, 0.05, 0.15)
_DAYS = ((date(2020, 12, 14), 10), (date.min, 14))
"""Days of isolation from the exposure on, from which week"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contacts:
    """What is drawn before anything has a time, and `case`, the place of each one's case in its week."""

    case: Ints
    outcome: Codes
    by_hpt: Flags
    household: Flags
    identified_band: Codes
    transfer_band: Codes
    gap: Ints
    """Seconds from the case's transfer to the contact's identification"""
    to_reached: Ints

    def __len__(self) -> int:
        return len(self.case)

    @property
    def reached(self) -> Flags:
        """Which contacts were reached."""
        return np.equal(self.outcome, REACHED)

    def named(self, of: int) -> Ints:
        """Return how many contacts each of so many cases named."""
        return np.bincount(self.case, minlength=of)

    def longest_gap(self, of: int) -> Ints:
        """Return the longest gap of each of so many cases, 0 for one without contacts."""
        longest = np.zeros(of, dtype=np.int64)
        np.maximum.at(longest, self.case, self.gap)
        return longest


def draw(week: Week, draws: Draws, found: Cases) -> Contacts:
    """Draw the contacts of a week and give each to a case."""
    ours, theirs = week.nonhpt_contacts_identified, week.hpt_contacts_identified
    identified, transfer = _bands(week, draws)
    allowed = bands.allowance(identified, transfer)
    case = np.empty(ours + theirs, dtype=np.int64)
    for part, by_hpt, stream in (
        (slice(0, ours), False, "national"),
        (slice(ours, None), True, "health_protection"),
    ):
        own = np.flatnonzero(found.gave & (found.by_hpt == by_hpt))
        # A contact can be managed by others than its case was, where these had no such case.
        giving = own if len(own) else np.flatnonzero(found.gave)
        # A case of which no time of reaching is known may have been reached late.
        late = np.minimum(found.band[giving], bands.ANY)
        try:
            case[part] = giving[
                bands.share_out(draws.of(stream), allowed[part], late, each=len(own))
            ]
        except ValueError as error:
            raise ValueError(f"In the week of {week.week_start} {error}") from None
    # Health protection's bands are not published: those drawn for it bind neither gap nor case.
    gap = bands.gap(draws, found.spell[case], identified, transfer)
    return Contacts(
        case=case,
        outcome=_outcomes(week, draws),
        by_hpt=np.arange(ours + theirs) >= ours,
        household=_households(week, draws),
        identified_band=identified,
        transfer_band=transfer,
        gap=gap,
        to_reached=bands.to_reached(draws, gap, identified, transfer),
    )


def _bands(week: Week, draws: Draws) -> tuple[Codes, Codes]:
    """Both bands of each contact: the reached first, those of health protection last."""
    try:
        identified, transfer = bands.couple(
            week.nonhpt_contacts_reached, week.bands(CONTACT_BANDS), week.bands(E2E_BANDS)
        )
    except ValueError as error:
        raise ValueError(f"In the week of {week.week_start}: {error}") from None
    missed = week.nonhpt_contacts_identified - week.nonhpt_contacts_reached
    unknown = np.full(missed, bands.UNKNOWN, dtype=np.int8)
    hpt = np.full(week.hpt_contacts_identified, bands.UNKNOWN, dtype=np.int8)
    hpt_identified = hpt.copy()
    reached = week.hpt_contacts_reached
    hpt_identified[:reached] = draws.pick("hpt_band", reached, _HPT_BANDS)
    return (
        np.concatenate([identified, unknown, hpt_identified]),
        np.concatenate([transfer, unknown, hpt]),
    )


def _outcomes(week: Week, draws: Draws) -> Codes:
    parts = (
        (REACHED, week.nonhpt_contacts_reached),
        (NOT_REACHED, week.nonhpt_contacts_not_reached),
        (NO_DETAILS, week.nonhpt_contacts_no_comms_details),
        (REACHED, week.hpt_contacts_reached),
        (NOT_REACHED, week.hpt_contacts_not_reached),
    )
    outcome = np.repeat(
        np.array([code for code, _ in parts], dtype=np.int8), [count for _, count in parts]
    )
    still = draws.chance("open", len(outcome), _STILL_OPEN)
    outcome[still & (outcome == NOT_REACHED)] = OPEN
    return outcome


def _households(week: Week, draws: Draws) -> Flags:
    """Which contacts live with their case. Health protection is not asked, and its are false here."""
    reached = np.arange(week.nonhpt_contacts_reached) < week.hh_reached
    missed = week.nonhpt_contacts_identified - week.nonhpt_contacts_reached
    others = np.arange(missed) < week.hh_contacts - week.hh_reached
    return np.concatenate(
        [
            draws.shuffled("household_reached", reached),
            draws.shuffled("household_missed", others),
            np.zeros(week.hpt_contacts_identified, dtype=np.bool_),
        ]
    ).astype(np.bool_)


def in_order(found: Contacts, at: Placed, order: Ints) -> Contacts:
    """Return the contacts in the order of identification, their cases numbered by `order`, that of transfer."""
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    ordered = replace(found, case=rank[found.case])
    return arrays.taken(ordered, np.argsort(at.transferred[ordered.case] + found.gap))


def table(week: Week, draws: Draws, found: Contacts, of: Cases, at: Placed, span: Span) -> Any:
    """Return the rows of the event table. The cases are in the order of their transfer."""
    n = len(found)
    number = span.base + np.arange(n)
    transferred = at.transferred[found.case]
    identified = transferred + found.gap
    time_known = found.reached & (found.identified_band != bands.UNKNOWN)
    reached = only(time_known, identified + found.to_reached)
    transfer_known = ~time_known | found.by_hpt | (found.transfer_band != bands.UNKNOWN)
    given_up = identified + 3 * DAY + draws.below("given_up", n, 5 * DAY)
    closed = np.where(time_known, reached, only(found.outcome != OPEN, given_up))
    first_try = np.minimum(draws.below("first_attempt", n, 5 * 3600), found.to_reached)
    exposed = transferred - DAY - draws.below("exposed", n, 3 * DAY)
    under_18 = draws.chance("under_18", n, _UNDER_18)
    became = _became(draws, found, at)
    case_number = span.base + found.case
    person = np.where(became >= 0, cases.person(span.base + became), _persons(draws, number))
    household = np.where(found.household, cases.person(case_number), cases.person(number) + 1)
    household = np.where(became >= 0, cases.person(span.base + became), household)
    handed_over = draws.chance("handed_over", n, _HANDED_OVER) & ~found.by_hpt
    first = np.where(found.by_hpt, 2, draws.pick("provider", n, (1, 1))).astype(np.int8)
    provider = np.where(handed_over, 3, first).astype(np.int8)
    manager = np.where(found.by_hpt, 0, np.where(handed_over, 2, 1))
    kind = np.where(found.household, 0, draws.pick("kind", n, _OUTSIDE))
    setting = np.where(found.by_hpt, draws.pick("setting", n, _SETTING_SHARES), -1)
    days = next(days for since, days in _DAYS if week.week_start >= since)
    tested = draws.chance("tested", n, _TESTED) | (became >= 0)
    area = of.area[found.case]
    columns = {
        "contact_id": arrays.ids("k", number),
        "case_id": arrays.ids("c", case_number),
        "person_id": arrays.ids("p", person),
        "household_id": arrays.ids("h", household),
        "area": arrays.words(area, places.AREAS),
        "region": arrays.words(area // places.AREAS_PER_REGION, places.REGIONS),
        "under_18": arrays.flags(under_18),
        "managed_by_first": arrays.words((~found.by_hpt).astype(np.int8), _MANAGERS),
        "managed_by": arrays.words(manager, _MANAGERS),
        "first_provider": arrays.words(first, places.PROVIDERS),
        "provider": arrays.words(provider, places.PROVIDERS),
        "reached_by": arrays.words(np.where(found.reached, provider, -1), places.PROVIDERS),
        "rules": arrays.same(cases.RULES, n),
        "household": arrays.flags(found.household, ~found.by_hpt),
        "exposure_kind": arrays.words(kind, _KINDS),
        "setting": arrays.words(setting, _SETTINGS),
        "details_given": arrays.flags(found.outcome != NO_DETAILS),
        "identified_at": arrays.times(identified),
        "case_transferred_at": arrays.times(only(transfer_known, transferred)),
        "exposed_on": arrays.dates(exposed),
        "first_attempt_at": arrays.times(only(found.outcome != NO_DETAILS, identified + first_try)),
        "reached_at": arrays.times(reached),
        "reached_how": arrays.words(_manner(week, draws, found, under_18), REACHED_HOW),
        "closed_at": arrays.times(closed),
        "outcome": arrays.words(found.outcome, OUTCOMES),
        "isolate_from": arrays.dates(exposed),
        "isolate_until": arrays.dates(exposed + days * DAY),
        "tested": arrays.flags(tested),
        "became_case_id": arrays.ids("c", span.base + became, became >= 0),
        "recorded_at": arrays.times(identified),
    }
    return arrays.frame(CONTACTS, columns, scaled=week.scaled)


def _persons(draws: Draws, number: Ints) -> Ints:
    """The person of each contact: mostly one of its own, sometimes an earlier contact's."""
    place = np.arange(len(number))
    earlier = draws.below("earlier", len(number), place + 1)
    again = draws.chance("named_before", len(number), _NAMED_BEFORE)
    first = number[0] if len(number) else 0
    return cases.person(np.where(again, first + earlier, number)) + 1


def _became(draws: Draws, found: Contacts, at: Placed) -> Ints:
    """The place of the case that each contact became, -1 for most: a case transferred after its own case."""
    n, many = len(found), len(at.transferred)
    mine = found.case + 1
    later = mine + draws.below("became", n, many - mine)
    can = (
        draws.chance("becomes", n, _BECAME_CASE) & ~found.household & ~found.by_hpt & (mine < many)
    )
    return np.where(can, later, -1)


def _manner(week: Week, draws: Draws, found: Contacts, under_18: Flags) -> Ints:
    """How each contact was reached, by the rules in force in the week."""
    n = len(found)
    manner = np.where(
        draws.chance("web", n, 0.35), REACHED_HOW.index("web"), REACHED_HOW.index("self")
    )
    if week.week_start >= UNDER_18_FROM:
        manner = np.where(under_18, REACHED_HOW.index("guardian"), manner)
    if week.week_start >= HOUSEHOLD_FROM:
        through = found.household & draws.chance("through_household", n, _BY_HOUSEHOLD)
        manner = np.where(through, REACHED_HOW.index("household_member"), manner)
    manner = np.where(draws.chance("manner_unknown", n, _MANNER_UNKNOWN), -1, manner)
    manner = np.where(found.by_hpt, REACHED_HOW.index("institution"), manner)
    return np.where(found.reached, manner, -1)
