"""Names beside references, asked for once a page."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from throughline.workforce.models import Team, User


def names_of(users: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return what these users are called; one that the role may not see is left out."""
    wanted = {user for user in users if user}
    return dict(User.objects.filter(id__in=wanted).values_list("id", "display_name"))


def team_names(teams: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return what these teams are called."""
    wanted = {team for team in teams if team}
    return dict(Team.objects.filter(id__in=wanted).values_list("id", "name"))
