"""Which conversation comes first, as a number with its reasons in plain words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from throughline.calling.rules.hours import bucket, local
from throughline.definitions.forms.calling import Calling


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of one work item; the room above says how infectious, this one does not ask why."""

    window_opened_at: datetime
    window_closes_at: datetime
    infectious: float = 0.0  # 0 not at all, 1 at the height
    household_size: int = 1
    promised_at: datetime | None = None  # a call-back that was asked for
    passed_on: bool = False  # by a handler who reached them, to an expert


@dataclass(frozen=True, kw_only=True)
class Rank:
    """A higher score comes first; the reasons are ordered by what they add."""

    score: int
    reasons: tuple[str, ...]


def rank(facts: Facts, terms: Calling, at: datetime) -> Rank:
    """The rank within the bucket of time that holds `at`."""
    now, weights = bucket(at, terms), terms.rank
    hour = local(now, terms).hour
    chance = terms.answer.chance(hour)
    best = max(terms.answer.by_hour.values(), default=0.0)
    crowd = min(1.0, (facts.household_size - 1) / (weights.household_full - 1))
    promised = facts.promised_at is not None and bucket(facts.promised_at, terms) <= now
    parts = [
        (weights.promised * promised, "they asked to be rung at this time"),
        (
            weights.promised * (facts.passed_on and not promised),
            "passed on to an expert by a handler who reached them",
        ),
        (weights.time_left * _pressure(facts, terms, now), _time_left(facts, now)),
        (weights.infectious * min(1.0, max(0.0, facts.infectious)), "likely to be infectious now"),
        (
            weights.answer * (chance / best if best else 0.0),
            f"about {round(chance * 100)} in 100 answer between {hour}:00 and {hour + 1}:00 "
            f"({terms.answer.basis})",
        ),
        (weights.household * crowd, f"{facts.household_size} people live there"),
    ]
    told = sorted(((round(share), why) for share, why in parts), key=lambda part: -part[0])
    return Rank(
        score=sum(share for share, _ in told), reasons=tuple(why for share, why in told if share)
    )


def _pressure(facts: Facts, terms: Calling, now: datetime) -> float:
    """0 when the window opens, 1 when it closes, then down to the floor in as long again.

    Someone whose window has passed is still rung, but not before someone whose call can still
    change the most.
    """
    length = max(facts.window_closes_at - facts.window_opened_at, timedelta(minutes=1))
    used = max(0.0, (now - facts.window_opened_at) / length)
    if used <= 1:
        return used
    floor = terms.rank.overdue_floor
    return max(floor, 1 - (used - 1) * (1 - floor))


def _time_left(facts: Facts, now: datetime) -> str:
    left = facts.window_closes_at - now
    hours = round(abs(left).total_seconds() / 3600)
    length = round((facts.window_closes_at - facts.window_opened_at).total_seconds() / 3600)
    spoken = "less than an hour" if hours < 1 else f"{hours} hour{'s' if hours > 1 else ''}"
    if left > timedelta(0):
        return f"{spoken} left of the {length} in which a call helps most"
    return f"{spoken} past the {length} in which a call helps most"
