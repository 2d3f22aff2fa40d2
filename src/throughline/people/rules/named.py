"""Who it is that a case has named: looked for in the household first."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from throughline.people.rules.compare import compare_ages, compare_family, compare_given
from throughline.people.rules.identity import Identity
from throughline.people.rules.matching import Score, Verdict, score

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedMatch(Generic[Key]):
    """Whom a named contact was found to be; `candidates` are those a person must choose from."""

    verdict: Verdict
    key: Key | None
    candidates: tuple[tuple[Key, Score], ...]


def match_named_contact(
    named: Identity,
    *,
    household: Iterable[tuple[Key, Identity]],
    others: Iterable[tuple[Key, Identity]] = (),
) -> NamedMatch[Key]:
    """Find the person meant by a name, a telephone and perhaps an age.

    In a household a given name is enough when one member alone bears it; two who might be meant,
    as father and son of one name, are left to a person. Outside it only the usual score counts.
    """
    at_home = [(key, score(named, member)) for key, member in household if _could_be(named, member)]
    if len(at_home) == 1 and _surely(at_home[0][1]):
        return NamedMatch(verdict="same", key=at_home[0][0], candidates=tuple(at_home))
    sure_at_home = [one for one in at_home if one[1].verdict == "same"]
    if len(sure_at_home) == 1:
        return NamedMatch(verdict="same", key=sure_at_home[0][0], candidates=tuple(at_home))
    if at_home:
        return NamedMatch(verdict="unsure", key=None, candidates=_ranked(at_home))
    found = [(key, score(named, other)) for key, other in others]
    sure = [one for one in found if one[1].verdict == "same"]
    if len(sure) == 1:
        return NamedMatch(verdict="same", key=sure[0][0], candidates=tuple(sure))
    open_ones = sure or [one for one in found if one[1].verdict == "unsure"]
    if open_ones:
        return NamedMatch(verdict="unsure", key=None, candidates=_ranked(open_ones))
    return NamedMatch(verdict="different", key=None, candidates=())


def _could_be(named: Identity, member: Identity) -> bool:
    """Whether a member of the household bears the name, as far as it was given."""
    given = compare_given(named.given, member.given)
    family = compare_family(named.family, member.family)
    if given is None and not (named.family and family == "same"):
        return False
    if given == "different" or family == "different":
        return False
    opposed = named.sex and member.sex and named.sex != member.sex
    return not opposed and compare_ages(named.age, member.age) != "different"


def _surely(found: Score) -> bool:
    """Whether a single candidate at home is named clearly enough, and nothing speaks against it."""
    how = {reason.what: reason.how for reason in found.reasons}
    if how.get("birth_date") in ("different", "one_digit") or how.get("nhs_number") == "different":
        return False
    return how.get("given_name") in ("same", "short")


def _ranked(found: list[tuple[Key, Score]]) -> tuple[tuple[Key, Score], ...]:
    return tuple(sorted(found, key=lambda one: -one[1].value))
