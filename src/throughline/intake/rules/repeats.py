"""What a row means when its sender has sent the same report before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Repeat = Literal["new", "duplicate", "corrected", "conflict"]

CORRECTING = frozenset({"corrected", "withdrawn"})
"""What a report calls itself that stands for an earlier one, whenever it was made."""


@dataclass(kw_only=True, slots=True)
class Version:
    """One telling of one report, as far as repeats go by it. Nobody changes one."""

    content: bytes
    reported_at: datetime
    status: str = "final"


def judge_repeat(known: Collection[Version], arrived: Version) -> Repeat:
    """Whether a report is new, the same again, a correction, or contradicts what is known.

    `known` are the versions accepted under (sender, report id). A correction says so, or was
    reported later than all of them; anything else with other content is for a person to decide.
    """
    if not known:
        return "new"
    if any(version.content == arrived.content for version in known):
        return "duplicate"
    newest = max(version.reported_at for version in known)
    if arrived.status in CORRECTING or arrived.reported_at > newest:
        return "corrected"
    return "conflict"
