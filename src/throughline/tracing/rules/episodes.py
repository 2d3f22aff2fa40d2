"""Which positives of one person are one illness.

Two positives of one person and disease belong together when their specimens lie no more than the protocol's gap apart, or when
others between them link them up. That says nothing about the order of arrival, so a late result can join two episodes
that were two until then; the lower number survives.
"""

from collections.abc import Collection, Iterable, Sequence
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


@dataclass(frozen=True, kw_only=True)
class Known:
    """An episode before its illness is judged again. `reports` are the reports whose positives belong to it.

    Of one that is not `live` (left empty by a correction, or absorbed) they are those that opened its case.
    """

    number: int
    reports: frozenset[str]
    opened_by: str = ""
    live: bool = True


@dataclass(frozen=True, kw_only=True)
class Reassigned:
    """Which episode each group of positives is from now on (None: a new one), what it absorbs, what is empty."""

    kept: tuple[int | None, ...]
    absorbed: dict[int, int]
    emptied: tuple[int, ...]
    back: tuple[int, ...]


def reassign(groups: Sequence[Collection[str]], known: Iterable[Known]) -> Reassigned:
    """Say what becomes of an illness's episodes now that its positives make these groups of reports.

    A live episode goes with the group that has most of its reports, of equals with the one that opened it, then with
    the earliest. Where several meet, the lowest number survives. A group that none goes with is one that comes
    back, if one of its reports opened it, else a new one.
    """
    claims: list[list[int]] = [[] for _ in groups]
    emptied, spare = [], []
    for one in sorted(known, key=lambda episode: episode.number):
        if not one.live:
            spare.append(one)
            continue
        shares = [
            (len(one.reports & set(group)), one.opened_by in group, -place)
            for place, group in enumerate(groups)
        ]
        share, _, place = max(shares, default=(0, False, 0))
        if share:
            claims[-place].append(one.number)
        else:
            emptied.append(one.number)
    kept: list[int | None] = []
    back = []
    for group, numbers in zip(groups, claims, strict=True):
        found = next((one for one in spare if one.reports & set(group)), None)
        if not numbers and found is not None:
            spare.remove(found)
            back.append(found.number)
            numbers.append(found.number)
        kept.append(numbers[0] if numbers else None)
    absorbed = {gone: numbers[0] for numbers in claims for gone in numbers[1:]}
    return Reassigned(kept=tuple(kept), absorbed=absorbed, emptied=tuple(emptied), back=tuple(back))
