"""Teams, and the appointment of people to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.journal.actions import record
from throughline.suppliers.models import Organisation
from throughline.workforce.models import Agent, JobRole, Team, User


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Which conversations an agent may be given. No areas: everywhere."""

    kinds: Sequence[str]
    tiers: Sequence[str]
    skills: Sequence[str]
    languages: Sequence[str]
    areas: Sequence[str] = ()


@transaction.atomic
def form_team(
    *,
    code: str,
    name: str,
    organisation: Organisation,
    by: UUID | None,
    at: datetime,
    areas: Sequence[str] = (),
    handover_hours: int | None = None,
) -> Team:
    """Form a team; a local team has the areas it answers for and its handover clock."""
    team = Team.objects.create(
        code=code,
        name=name,
        organisation=organisation,
        areas=list(areas),
        handover_hours=handover_hours,
    )
    record("workforce.team_formed", at=at, by=by, subjects=[team.id, organisation.id], code=code)
    return team


@transaction.atomic
def appoint(
    *,
    username: str,
    display_name: str,
    role: JobRole,
    organisation: Organisation,
    team: Team | None,
    password: str,
    reach: Reach | None,
    by: UUID | None,
    at: datetime,
    encoded: str = "",
) -> User:
    """Give a person a sign-in and, with a reach, a place as an agent.

    `encoded` is the password's hash, made before: the demonstration gives a hundred people one password,
    and each hash takes a third of a second on purpose.
    """
    user = User(
        username=username.lower(),
        display_name=display_name,
        role=role,
        organisation=organisation,
        team=team,
    )
    if encoded:
        user.password = encoded
    else:
        user.set_password(password)
    user.save(force_insert=True)
    if reach:
        Agent.objects.create(
            user=user,
            supplier=organisation,
            team=team,
            kinds=list(reach.kinds),
            tiers=list(reach.tiers),
            skills=list(reach.skills),
            languages=list(reach.languages),
            areas=list(reach.areas),
        )
    record("workforce.user_appointed", at=at, by=by, subjects=[user.id, organisation.id], role=role)
    return user
