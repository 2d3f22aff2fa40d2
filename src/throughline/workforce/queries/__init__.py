"""Every read of workforce that leaves the room."""

from __future__ import annotations

from throughline.workforce.queries.names import names_of, team_names
from throughline.workforce.queries.staff import Member, StateLine, members, state_board
from throughline.workforce.queries.states import Doing, floor_of, state_of

__all__ = [
    "Doing",
    "Member",
    "StateLine",
    "floor_of",
    "members",
    "names_of",
    "state_board",
    "state_of",
    "team_names",
]
