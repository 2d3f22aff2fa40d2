"""Which positives of one person are one illness.

Two positives of one person and disease belong together when their specimens lie no more than the protocol's gap apart, or when
others between them link them up. That says nothing about the order of arrival, so a late result can join two episodes
that were two until then; the lower number survives.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True)
class Positive:
    """One accepted positive, on the local day of its specimen."""

    ref: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Episode:
    """One illness: its number among the person's, and its first and last specimen."""

    number: int
    first_on: date
    last_on: date


@dataclass(frozen=True, kw_only=True)
class Open:
    """Begin a new episode."""

    episode: Episode


@dataclass(frozen=True, kw_only=True)
class Join:
    """Belongs to this episode, shown with the days it now spans."""

    episode: Episode


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """Links two episodes: `episode` survives with all their days, the number `absorbed` does not."""

    episode: Episode
    absorbed: int


Placement = Open | Join | Bridge


def assign_episodes(
    positives: Iterable[Positive], *, gap_days: int
) -> tuple[tuple[Positive, ...], ...]:
    """The episodes of one person and disease, the earliest first, from all their positives at once."""
    groups: list[list[Positive]] = []
    for positive in sorted(positives, key=lambda one: (one.on, one.ref)):
        if groups and positive.on - groups[-1][-1].on <= timedelta(days=gap_days):
            groups[-1].append(positive)
        else:
            groups.append([positive])
    return tuple(tuple(group) for group in groups)


def place_positive(
    existing: Iterable[Episode], positive: Positive, *, gap_days: int, next_number: int
) -> Placement:
    """Where one more positive goes; never more than two episodes are near, since they lie apart.

    `next_number` is one that this person and disease never had: an absorbed number is not used again.
    """
    gap = timedelta(days=gap_days)
    near = sorted(
        (e for e in existing if e.first_on - gap <= positive.on <= e.last_on + gap),
        key=lambda episode: episode.number,
    )
    if not near:
        return Open(episode=Episode(number=next_number, first_on=positive.on, last_on=positive.on))
    episode = Episode(
        number=near[0].number,
        first_on=min(positive.on, *(e.first_on for e in near)),
        last_on=max(positive.on, *(e.last_on for e in near)),
    )
    if len(near) == 1:
        return Join(episode=episode)
    if len(near) > 2:
        raise ValueError(
            f"{len(near)} episodes lie within {gap_days} days of one specimen; at most 2 can, "
            "so join the episodes by assign_episodes first."
        )
    return Bridge(episode=episode, absorbed=near[1].number)
