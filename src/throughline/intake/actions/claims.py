"""A record's result as tracing wants it, to be judged."""

from __future__ import annotations

from uuid import UUID

from throughline.intake.models import Message
from throughline.intake.rules.record import Record
from throughline.people.claims import Match
from throughline.tracing.arrivals import Arrival

SYMPTOMATIC = {"yes": True, "no": False}


def arrival_of(
    said: Record,
    *,
    match: Match,
    message: Message,
    number: int,
    result_id: UUID,
    supersedes: UUID | None,
    superseded_by: UUID | None,
    area: str,
) -> Arrival:
    """Return a record's result, now that its person is known."""
    return Arrival(
        result_id=result_id,
        person_id=match.person_id,
        household_id=match.household_id,
        sender_id=message.sender_id,
        message_id=message.id,
        row_number=number,
        report_id=said.report_id,
        disease=said.disease,
        result=said.result,
        test_kind=said.test_kind or "",
        route=said.route or "",
        pillar=said.pillar or "",
        purpose=said.purpose or "",
        taken_at=said.taken_at,
        reported_at=said.reported_at,
        received_at=message.received_at,
        onset_on=said.onset_on,
        symptomatic=SYMPTOMATIC.get(said.symptomatic or ""),
        area=area,
        region=said.region or "",
        setting=said.setting or "",
        setting_kind=said.setting_kind or "",
        status=said.status,
        excluded=said.excluded,
        supersedes=supersedes,
        superseded_by=superseded_by,
    )
