"""A supplier's own people: who they are, what they do now. Runs as r_supplier, whose key is the supplier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

MEMBERS = """
select u.ref, u.display_name, u.role, u.is_active, t.name, a.languages, a.skills, a.tiers,
    s.state, s.code, s.from_at
from workforce_user u
left join workforce_team t on t.id = u.team_id
left join workforce_agent a on a.user_id = u.id
left join workforce_agent_state s on s.agent_id = a.id and s.to_at is null
where u.organisation_id = %(organisation)s
    and (%(team)s::uuid is null or u.team_id = %(team)s)
    and (%(agents_only)s is false or a.id is not null)
    and (%(after)s::uuid is null or (u.display_name, u.ref) >
        (select display_name, ref from workforce_user where ref = %(after)s))
order by u.display_name, u.ref limit %(size)s
"""
BOARD = """
select coalesce(s.state, 'signed_off'), count(*), min(s.from_at)
from workforce_agent a
left join workforce_agent_state s on s.agent_id = a.id and s.to_at is null
where a.supplier_id = %(supplier)s and (%(team)s::uuid is null or a.team_id = %(team)s)
group by 1 order by 2 desc, 1
"""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One person of the staff, and what they have been doing since when (nothing: signed off)."""

    ref: UUID
    name: str
    role: str
    active: bool
    team: str
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    tiers: tuple[str, ...]
    state: str
    code: str
    since: datetime | None


@dataclass(frozen=True, kw_only=True)
class StateLine:
    """How many agents are in a state, and how long the first of them has been."""

    state: str
    agents: int
    longest_since: datetime | None


def members(
    *,
    organisation_id: UUID,
    team_id: UUID | None,
    agents_only: bool = False,
    after: UUID | None = None,
    size: int = 50,
) -> tuple[Member, ...]:
    """Return the staff by name, of one team if given, after that person."""
    with connection.cursor() as cursor:
        cursor.execute(
            MEMBERS,
            {"organisation": organisation_id, "team": team_id, "agents_only": agents_only,
             "after": after, "size": size},
        )  # fmt: skip
        return tuple(
            Member(ref=ref, name=name, role=role, active=active, team=team or "",
                   languages=tuple(languages or ()), skills=tuple(skills or ()),
                   tiers=tuple(tiers or ()), state=state or "signed_off", code=code or "",
                   since=since)
            for ref, name, role, active, team, languages, skills, tiers, state, code, since
            in cursor.fetchall()
        )  # fmt: skip


def state_board(*, supplier_id: UUID, team_id: UUID | None) -> tuple[StateLine, ...]:
    """Return the agents counted by what they are doing now, of one team if given."""
    with connection.cursor() as cursor:
        cursor.execute(BOARD, {"supplier": supplier_id, "team": team_id})
        return tuple(
            StateLine(state=state, agents=agents, longest_since=since)
            for state, agents, since in cursor.fetchall()
        )
