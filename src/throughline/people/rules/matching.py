"""Whether two persons are one, as a score with its reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from throughline.people.rules.compare import (
    compare_ages,
    compare_births,
    compare_family,
    compare_given,
    names_crossed,
)
from throughline.people.rules.identity import Identity

Verdict = Literal["same", "unsure", "different"]

SAME, UNSURE = 17, 10
"""Points from which two are one, and from which a person must look."""

POINTS: dict[str, dict[str, int]] = {
    "nhs_number": {"same": 20, "different": -8},
    "sender_id": {"same": 20, "different": -2},
    "birth_date": {"same": 9, "new_year": 6, "swapped": 6, "one_digit": 2, "different": -12},
    "age": {"near": 2, "different": -10},
    "family_name": {"same": 5, "part": 3, "sounds": 3, "similar": 2, "different": -6},
    "given_name": {"same": 4, "short": 2, "similar": 2, "initial": 1, "different": -12},
    "sex": {"same": 1, "different": -3},
    "household": {"same": 3, "different": -1},
    "phone": {"same": 2},
    "email": {"same": 3},
}
"""Birth date and name weigh most. A telephone weighs little: families, homes and hostels share
one, and a number is given to somebody else when it is free."""

_NAMED = {"same", "short"}
_BORN = {"same", "new_year", "swapped"}
_CALLED = {"same", "part", "sounds", "similar"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One comparison: what was compared, how it agreed, and what that counted."""

    what: str
    how: str
    points: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """How far two persons are one, and why."""

    value: int
    verdict: Verdict
    reasons: tuple[Reason, ...]


def score(a: Identity, b: Identity) -> Score:
    """Compare two persons. The order of the two makes no difference."""
    found = _compared(a, b)
    reasons = tuple(
        Reason(what=what, how=how, points=POINTS[what].get(how, 0)) for what, how in found.items()
    )
    value = sum(reason.points for reason in reasons)
    return Score(value=value, verdict=_verdict(found, value), reasons=reasons)


def _compared(a: Identity, b: Identity) -> dict[str, str]:
    crossed = names_crossed(a.given, a.family, b.given, b.family)
    births = compare_births(a.birth_date, b.birth_date)
    found = {
        "nhs_number": _equal(a.nhs_number, b.nhs_number),
        "sender_id": _same_sender(a, b),
        "birth_date": births,
        "age": None if births else compare_ages(a.age, b.age),
        "family_name": "same" if crossed else compare_family(a.family, b.family),
        "given_name": "same" if crossed else compare_given(a.given, b.given),
        "sex": _equal(a.sex, b.sex),
        "household": _shared(a.households, b.households),
        "phone": _shared(a.phones, b.phones),
        "email": _shared(a.emails, b.emails),
    }
    return {what: how for what, how in found.items() if how is not None}


def _verdict(found: dict[str, str], value: int) -> Verdict:
    """Points alone never join two persons: what would tell twins or father and son apart must
    agree as well."""
    identifiers = {found.get("nhs_number"), found.get("sender_id")}
    given, family = found.get("given_name"), found.get("family_name")
    birth = found.get("birth_date")
    if found.get("nhs_number") == "same" or found.get("sender_id") == "same":
        other_person = given == "different" or (family == "different" and birth == "different")
        clash = found.get("nhs_number") == "different" and "same" in identifiers
        return "unsure" if other_person or clash else "same"
    anchored = given in _NAMED and family in _CALLED and birth in _BORN
    if value >= SAME and anchored and found.get("nhs_number") != "different":
        return "same"
    if _named_at_home(found):
        return "same"
    return "unsure" if value >= UNSURE else "different"


def _named_at_home(found: dict[str, str]) -> bool:
    """One of the two is known only as somebody of that full name in that home, as a flatmate named them.

    Their result must meet them there, or six flatmates become twelve persons. Father and son of one name
    are told apart as soon as both ages or birth dates are known; until then a join can be undone.
    """
    return (
        found.get("household") == "same"
        and found.get("given_name") == "same"
        and found.get("family_name") == "same"
        and not {"nhs_number", "sender_id", "birth_date"} & found.keys()
        and found.get("age") != "different"
        and found.get("sex") != "different"
    )


def _equal(a: str, b: str) -> str | None:
    if not a or not b:
        return None
    return "same" if a == b else "different"


def _shared(a: frozenset[str], b: frozenset[str]) -> str | None:
    if not a or not b:
        return None
    return "same" if a & b else "different"


def _same_sender(a: Identity, b: Identity) -> str | None:
    if a.sender_ids & b.sender_ids:
        return "same"
    senders = {sender for sender, _ in a.sender_ids} & {sender for sender, _ in b.sender_ids}
    return "different" if senders else None
