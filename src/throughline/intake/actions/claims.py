"""A record as the rooms below want it: a claim about a person, and a result to be judged."""

from __future__ import annotations

from uuid import UUID

from throughline.intake.models import Message
from throughline.intake.rules.record import Record
from throughline.people.claims import Home, Match, PersonClaim
from throughline.people.rules.addresses import senders_household_key
from throughline.people.rules.areas import area_code
from throughline.people.rules.names import name_key, split_name
from throughline.tracing.arrivals import Arrival

RESIDENTIAL = frozenset({"care_home", "prison", "secure", "homeless_hostel", "refuge", "hospital"})
"""Settings where people live without being one household."""

SYMPTOMATIC = {"yes": True, "no": False}


def claim_of(said: Record, *, sender: str) -> PersonClaim:
    """Return what a record says of a person."""
    given, family = said.given_name or "", said.family_name or ""
    if said.full_name and not family:
        told_given, family = split_name(said.full_name)
        given = given or told_given
    identifiers = []
    if said.nhs_number:
        identifiers.append(("nhs", said.nhs_number))
    if said.patient_id:
        identifiers.append((f"sender:{sender}", said.patient_id))
    return PersonClaim(
        on=said.taken_at.date(),
        given_name=given,
        family_name=family,
        birth_date=said.birth_date,
        age=said.age,
        sex=said.sex or "",
        language=said.language or "",
        phones=(said.phone,) if said.phone else (),
        email=said.email or "",
        identifiers=tuple(identifiers),
        home=_home(said, sender),
    )


def arrival_of(
    said: Record,
    *,
    match: Match,
    message: Message,
    number: int,
    result_id: UUID,
    supersedes: UUID | None,
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
        excluded=said.excluded,
        supersedes=supersedes,
    )


def _home(said: Record, sender: str) -> Home | None:
    lines = (said.address_line_1, said.address_line_2, said.town, said.postcode)
    if not any((*lines, said.area, said.region, said.household_id)):
        return None
    return Home(
        line_1=said.address_line_1 or "",
        line_2=said.address_line_2 or "",
        town=said.town or "",
        postcode=said.postcode or "",
        area=area_code(said.area or "", postcode=said.postcode or ""),
        region=said.region or "",
        institution=_lives_in_it(said),
        senders_key=senders_household_key(sender, said.household_id) if said.household_id else "",
    )


def _lives_in_it(said: Record) -> bool:
    """Whether the address is the setting itself: a resident's is, the address of staff is their own."""
    if said.setting_kind not in RESIDENTIAL or not said.setting:
        return False
    lines = name_key(f"{said.address_line_1 or ''} {said.address_line_2 or ''}")
    return name_key(said.setting) in lines
