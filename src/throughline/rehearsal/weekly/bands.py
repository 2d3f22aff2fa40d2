"""Which contact is in which band of both clocks, and whose contact it can then be."""

from __future__ import annotations

import numpy as np

from throughline.rehearsal.weekly.draws import Codes, Draws, Ints

DAY = 86_400
UNKNOWN = 4
"""The band of a row without a known time, after the four of `le24h`, `24_48h`, `48_72h` and `gt72h`"""
ANY = 3
"""A contact of a case that may have been reached in any band"""
_LONGEST = np.array([1, 2, 3, 5, 5], dtype=np.int64) * DAY
_SHORTEST = np.array([60, DAY + 1, 2 * DAY + 1, 3 * DAY + 1, 60], dtype=np.int64)
"""In whole seconds: exactly 24 hours is still in the first band"""


def spell(draws: Draws, stream: str, band: Codes) -> Ints:
    """Return seconds within each row's band, the shorter ones likelier."""
    # An hour short of the edge, so that a contact named in this call can still be reached in the same band.
    first, last = _SHORTEST[band], _LONGEST[band] - 3600
    return first + ((last - first) * draws.uniform(stream, len(band)) ** 2).astype(np.int64)


def couple(
    reached: int, from_identified: tuple[int, ...], from_transfer: tuple[int, ...]
) -> tuple[Codes, Codes]:
    """Return both bands for each contact reached, as many in each as published.

    The clock from the case's transfer starts earlier, so its band is never the shorter one. A contact without a
    known time of reaching is unknown on both; one whose case's transfer is not known, on the second alone.

    Raises ValueError where no pairing of the two sets of counts keeps that order.
    """
    no_time = reached - sum(from_identified)
    no_transfer = reached - sum(from_transfer) - no_time
    first = np.repeat(np.arange(4, dtype=np.int8), from_identified)
    second = np.repeat(np.arange(4, dtype=np.int8), from_transfer)
    if no_transfer < 0 or np.any(first[: len(second)] > second):
        raise ValueError(
            f"The contacts' bands from identification are {from_identified} and from the case's transfer "
            f"{from_transfer}, of {reached} reached; the second clock starts earlier, so it cannot have more "
            "contacts up to any limit, nor fewer without a known time."
        )
    unknown = np.full(no_time, UNKNOWN, dtype=np.int8)
    return (
        np.concatenate([first, unknown]),
        np.concatenate([second, np.full(no_transfer + no_time, UNKNOWN, dtype=np.int8)]),
    )


def allowance(identified: Codes, transfer: Codes) -> Codes:
    """Return the latest band in which the case of each contact can have been reached itself."""
    free = (identified == UNKNOWN) | (transfer == UNKNOWN) | (transfer == 3)
    return np.where(free, np.int8(ANY), transfer - identified).astype(np.int8)


def share_out(draws: Draws, allowed: Codes, case_band: Codes, each: int) -> Ints:
    """Return a case for each contact, such that none was reached later than its contact allows.

    The first `each` of the cases have at least one. Raises ValueError where there are too few contacts for that.
    """
    cases, contacts = len(case_band), len(allowed)
    widest_first = np.argsort(-(allowed + draws.uniform("order", contacts)), kind="stable")
    needing = np.argsort(-case_band[:each], kind="stable")
    soon_first = np.argsort(case_band, kind="stable")
    so_late = np.searchsorted(case_band[soon_first], np.arange(4), side="right")
    first, rest = widest_first[:each], widest_first[each:]
    if (
        contacts < each
        or np.any(case_band[needing] > allowed[first])
        or np.any(so_late[allowed[rest]] == 0)
    ):
        raise ValueError(
            f"{cases} cases gave contacts and {contacts} contacts were identified, and they cannot be paired so "
            "that each case has one and was reached before it; give more contacts, or fewer cases that gave any "
            "or were late."
        )
    of = np.empty(contacts, dtype=np.int64)
    of[first] = needing
    of[rest] = soon_first[draws.below("of", len(rest), so_late[allowed[rest]])]
    return of


def gap(draws: Draws, case_spell: Ints, identified: Codes, transfer: Codes) -> Ints:
    """Return seconds from the case's transfer to the contact's identification that suit both bands."""
    known = (identified != UNKNOWN) & (transfer != UNKNOWN)
    least = np.where(
        known, np.maximum(case_spell, _SHORTEST[transfer] - _LONGEST[identified]), case_spell
    )
    # An identification soon after the call in which the case named its contacts.
    most = least + 6 * 3600
    bounded = known & (transfer < 3)
    most = np.where(bounded, np.minimum(most, _LONGEST[transfer] - _SHORTEST[identified]), most)
    return draws.between("gap", least, np.maximum(most, least))


def to_reached(draws: Draws, before: Ints, identified: Codes, transfer: Codes) -> Ints:
    """Return seconds from identification to reaching that suit both bands; `before` is the gap."""
    known = (identified != UNKNOWN) & (transfer != UNKNOWN)
    least, most = _SHORTEST[identified], _LONGEST[identified]
    least = np.where(known, np.maximum(least, _SHORTEST[transfer] - before), least)
    most = np.where(known & (transfer < 3), np.minimum(most, _LONGEST[transfer] - before), most)
    return least + ((most - least) * draws.uniform("to_reached", len(before)) ** 2).astype(np.int64)
