"""Every change of teams, people's appointments and what agents are doing."""

from __future__ import annotations

from throughline.workforce.actions.appointments import Reach, appoint, form_team
from throughline.workforce.actions.states import set_state

__all__ = ["Reach", "appoint", "form_team", "set_state"]
