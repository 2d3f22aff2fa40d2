"""Who is given a contact: whom the conversation is offered to and from when, and which teams see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from throughline.calling.actions import Offer
from throughline.tracing.actions.opening import DEFAULT_LANGUAGE, SKILL
from throughline.tracing.models import CaseShare, Contact
from throughline.tracing.queries import terms
from throughline.tracing.queries.surroundings import Around, LocalTeams
from throughline.workforce.models import Team


def held_by(contact: Contact, team: Team | None) -> UUID | None:
    """Return the team that has the contact from the start."""
    return team.id if team and contact.managed_by == "health_protection" else None


def due_of(hours: int | None, team: Team | None, *, at: datetime) -> datetime | None:
    """Return when the team takes over who was not reached."""
    return at + timedelta(hours=hours) if hours is not None and team else None


def offer_of(
    contact: Contact, here: Around, team: Team | None, *, window_ends_at: datetime, at: datetime
) -> Offer:
    """Return the offer of a contact's household."""
    hours = None
    if team is not None:
        rules = terms.protocol(contact.protocol, contact.protocol_version)
        hours = rules.calling.handover_hours if team.handover_hours is None else team.handover_hours
    with_team = held_by(contact, team)
    return Offer(
        household_id=contact.household_id,
        kind="contact",
        tier=contact.tier,
        skill=SKILL,
        language=here.language or DEFAULT_LANGUAGE,
        area=contact.area,
        window_ends_at=window_ends_at,
        facts={"infectious": 0.0, "household_size": here.household_size},
        # A team that has the cases from the start leaves their contacts to the national callers.
        handover_at=None if with_team else due_of(hours or None, team, at=at),
        team_id=with_team,
    )


def share_contacts(contacts: Iterable[Contact], teams: LocalTeams, *, at: datetime) -> None:
    """Show each contact to the team of where they live, at the same time as to the centre."""
    CaseShare.objects.bulk_create(
        (
            CaseShare(
                case_id=contact.case_id,
                household_id=contact.household_id,
                team_id=team.id,
                why="contact",
                from_at=at,
            )
            for contact in contacts
            for team in teams.of(contact.area)
        ),
        ignore_conflicts=True,
    )
