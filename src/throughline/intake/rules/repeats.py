"""What a row means when its sender has sent the same report before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Repeat = Literal["new", "duplicate", "corrected", "late", "conflict"]

DECIDED = "decided"
RANK = {"preliminary": 0, "final": 1, "corrected": 2, "withdrawn": 3, DECIDED: 4}
"""Of versions told at the same moment the one that stands: a person's decision before any sender's word."""


@dataclass(kw_only=True, slots=True)
class Version:
    """One telling of one report, as far as repeats go by it. Nobody changes one.

    `status` is the sender's own word for it, or `decided` where a person said that this one is right.
    """

    content: bytes
    reported_at: datetime
    status: str = "final"


def standing(version: Version) -> tuple[datetime, int]:
    """Return what versions of one report are ordered by: the one told last stands, whichever came first."""
    return version.reported_at, RANK[version.status]


def judge_repeat(known: Collection[Version], arrived: Version) -> Repeat:
    """Whether a report is new, the same again, a correction, a late older version, or a contradiction.

    `known` are the versions accepted under (sender, report id). The order is that of `standing`, so that a
    correction that overtook its original gives what the two give in their order. Versions that stand equal
    and say different things are for a person to decide.
    """
    if not known:
        return "new"
    if any(version.content == arrived.content for version in known):
        return "duplicate"
    if arrived.status == DECIDED:
        return "corrected"
    stands, comes = max(map(standing, known)), standing(arrived)
    if comes == stands:
        return "conflict"
    return "corrected" if comes > stands else "late"
