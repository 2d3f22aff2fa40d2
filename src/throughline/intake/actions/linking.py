"""Links on their way to contacts: each row is a duplicate, makes or meets a contact, or waits for whom it names.

A link whose persons nobody has told of yet, or whose case is none yet, waits in quarantine, where a person sees it; it is
taken up by itself once they come, in whatever order the lists arrive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from throughline.core.copying import fetch, run, stage
from throughline.intake.models import Sender
from throughline.intake.rules.claims import claim_of_contact
from throughline.intake.rules.links import Link
from throughline.intake.rules.record import Fault
from throughline.people.actions import find_or_add
from throughline.people.queries import Numbered, persons_numbered, standing
from throughline.tracing.actions.links import add_links
from throughline.tracing.arrivals import NO_CASE, YOURSELF, Linked, Meeting, Met
from throughline.tracing.queries.meetings import Meetings

LINK = {
    "message_id": "uuid", "number": "bigint", "from_id": "text", "to_id": "text", "disease": "text",
    "content": "bytea", "contact_id": "uuid", "exposure_id": "uuid",
}  # fmt: skip

UNKNOWN_PERSON, UNKNOWN_CASE, OUTSIDE = "unknown_person", "unknown_case", "outside_days"
WAITS = (UNKNOWN_PERSON, UNKNOWN_CASE)
"""Why a link waits in quarantine for what is still to come."""


@dataclass(slots=True)
class Placed:
    """Where one link belongs, and why where it is in quarantine."""

    place: str
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link with the row that it came in."""

    message_id: UUID
    number: int
    received_at: datetime
    said: Link


@dataclass
class _Linking:
    sender: Sender
    links: Sequence[LinkRow]
    at: datetime
    placed: dict[int, Placed] = field(default_factory=dict)
    linked: dict[int, Linked] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Known:
    """Whom the numbers of a batch name, and which of them are numbers of reports."""

    of: dict[str, Numbered]
    reports: Set[str]


def place_links(sender: Sender, links: Sequence[LinkRow], *, at: datetime) -> list[Placed]:
    """Say where each link belongs, make what follows from it, and keep it; in order. Needs r_match."""
    if not links:
        return []
    linking = _Linking(sender, links, at)
    _leave_excluded(linking)
    _leave_duplicates(linking)
    known = _known(linking)
    _refuse(linking, known)
    _link(linking, known, _named(linking, known))
    _keep(linking)
    return [linking.placed[place] for place in range(len(links))]


def _leave_excluded(linking: _Linking) -> None:
    """Keep what its mapping excludes: it is counted, and makes nobody a contact."""
    for place, one in enumerate(linking.links):
        if one.said.excluded is not None:
            linking.placed[place] = Placed("accepted")


def _leave_duplicates(linking: _Linking) -> None:
    """Leave what was told before, by an earlier row or an earlier file."""
    seen = {
        bytes(content)
        for (content,) in fetch(
            # One who was a contact in error alone is none: told again, they may be one of another case.
            """select l.content from intake_link l left join tracing_contact c on c.id = l.contact_id
            where l.sender_id = %s and l.content = any(%s) and l.contact_id is not null
                and l.withdrawn_at is null and c.outcome is distinct from 'in_error'""",
            [linking.sender.id, [one.said.content for _, one in _left(linking)]],
        )
    }
    for place, one in list(_left(linking)):
        if one.said.content in seen:
            linking.placed[place] = Placed("duplicate")


def _known(linking: _Linking) -> Known:
    """Whom the numbers name."""
    numbers = {number for _, one in _left(linking) for number in (one.said.from_id, one.said.to_id)}
    reported = _by_report(linking.sender.id, numbers)
    persons = persons_numbered(linking.sender.code, numbers)
    return Known(of=standing(reported | persons), reports=reported.keys() - persons.keys())


def _by_report(sender: UUID, numbers: Collection[str]) -> dict[str, UUID]:
    """Whom reports of these numbers are of: some lists name a case by its own number, not by the person's."""
    return dict(
        fetch(
            """select r.report_id, t.person_id from intake_report r join tracing_result t on t.id = r.result_id
            where r.sender_id = %s and r.report_id = any(%s) and r.content_sha <> ''""",
            [sender, list(numbers)],
        )
    )


def _left(linking: _Linking) -> Iterator[tuple[int, LinkRow]]:
    return ((place, one) for place, one in enumerate(linking.links) if place not in linking.placed)


def _refuse(linking: _Linking, known: Known) -> None:
    """Place what can be no meeting, before anybody is added for it: with oneself, with nobody known, or outside the days."""
    named: dict[int, Meeting] = {}
    for place, one in _left(linking):
        said, index = one.said, known.of.get(one.said.from_id)
        if said.from_id == said.to_id:
            linking.placed[place] = _quarantined(_yourself(said))
        elif index is None:
            linking.placed[place] = _quarantined(_unknown(said, of_case=True))
        elif said.names_contact:
            named[place] = Meeting(case_of=index.records, **_meeting(said))
    if not named:
        return
    meetings = Meetings(named.values(), at=linking.at)
    for place, meeting in named.items():
        if (refused := meetings.refusal(meeting)) is not None:
            linking.placed[place] = _placed(linking.links[place].said, refused)


def _named(linking: _Linking, known: Known) -> dict[int, Numbered]:
    """Whom the links that say who the contact is speak of: added where nobody knew them, else told more of."""
    code = linking.sender.code
    # A number of a report is none of the person's: it cannot be told of them.
    telling = {
        place: claim_of_contact(one.said, sender=code, on=one.received_at.date())
        for place, one in _left(linking)
        if one.said.names_contact and one.said.to_id not in known.reports
    }
    matches = find_or_add(list(telling.values()), source=f"intake:{code}", at=linking.at)
    found = {str(place): match.person_id for place, match in zip(telling, matches, strict=True)}
    return {int(place): one for place, one in standing(found).items()} if found else {}


def _meeting(said: Link) -> dict[str, Any]:
    return {
        "disease": said.disease,
        "exposure_kind": said.exposure_kind or "",
        "lives_with": bool(said.lives_with),
        "exposed_on": said.exposed_on,
    }


def _link(linking: _Linking, known: Known, named: Mapping[int, Numbered]) -> None:
    mets: dict[int, Met] = {}
    # Another row of the batch may say who the contact of this one is.
    numbered = {linking.links[place].said.to_id: one for place, one in named.items()}
    for place, one in _left(linking):
        contact = named.get(place) or known.of.get(one.said.to_id) or numbered.get(one.said.to_id)
        if contact is None:
            linking.placed[place] = _quarantined(_unknown(one.said, of_case=False))
        else:
            mets[place] = Met(
                case_of=known.of[one.said.from_id].records,
                person_id=contact.person_id,
                household_id=contact.household_id,
                records=contact.records,
                **_meeting(one.said),
            )
    firsts: dict[bytes, int] = {}
    for place in mets:
        firsts.setdefault(linking.links[place].said.content, place)
    told = list(firsts.values())
    for place, linked in zip(
        told, add_links([mets[place] for place in told], at=linking.at), strict=True
    ):
        linking.linked[place] = linked
        linking.placed[place] = _placed(linking.links[place].said, linked)
    for place in mets.keys() - set(told):
        # The same again in one batch: a duplicate of the first, where that made a contact.
        first = firsts[linking.links[place].said.content]
        before = linking.placed[first]
        linking.placed[place] = Placed("duplicate") if before.place == "accepted" else before


def _placed(said: Link, linked: Linked) -> Placed:
    if linked.contact_id is not None:
        return Placed("accepted")
    if linked.why == NO_CASE:
        allowed = (
            f"a person who has a case of {said.disease} that stands is allowed: the link is taken up by itself "
            "when their positive result comes; else correct the number, or reject it"
        )
        return _quarantined(_fault(said.from_column, said.from_id, UNKNOWN_CASE, allowed))
    if linked.why == YOURSELF:
        return _quarantined(_yourself(said))
    days = linked.said.rstrip(".")
    return _quarantined(
        _fault(
            said.exposed_column,
            said.exposed_on.isoformat() if said.exposed_on else "",
            OUTSIDE,
            f"a day on which the case was infectious is allowed ({days}), so correct it, leave it empty, or reject the row",
        )
    )


def _fault(column: str, value: str, reason: str, allowed: str) -> Fault:
    return Fault(column=column, value=value, reason=reason, allowed=allowed)


def _quarantined(fault: Fault) -> Placed:
    return Placed("quarantined", fault)


def _yourself(said: Link) -> Fault:
    return _fault(
        said.to_column, said.to_id, "yourself", "two persons are allowed, so correct one of the two"
    )


def _unknown(said: Link, *, of_case: bool) -> Fault:
    column, number = (said.from_column, said.from_id) if of_case else (said.to_column, said.to_id)
    return _fault(
        column,
        number,
        UNKNOWN_PERSON,
        "a number under which this sender has reported a person is allowed: the link is taken up by itself when "
        "they come; else correct the number, or reject it",
    )


def _keep(linking: _Linking) -> None:
    """Keep what made a contact, for what is told again and for undoing, and what waits, for when it comes."""
    accepted, settled = [], []
    rows = []
    for place, one in enumerate(linking.links):
        placed, linked = linking.placed[place], linking.linked.get(place, Linked())
        waits = placed.fault is not None and placed.fault.reason in WAITS
        made = placed.place == "accepted" and one.said.excluded is None
        if made:
            accepted.append(one.said.content)
        if not made and not waits:
            settled.append(one)
        else:
            said = one.said
            to_id = None if said.names_contact else said.to_id
            rows.append(
                (
                    one.message_id, one.number, said.from_id, to_id, said.disease, said.content,
                    linked.contact_id, linked.exposure_id,
                )
            )  # fmt: skip
    if accepted:
        # Of one meeting one link stands: those before it were of contacts in error.
        run(
            """update intake_link set withdrawn_at = %s where sender_id = %s and content = any(%s)
                and contact_id is not null and withdrawn_at is null""",
            [linking.at, linking.sender.id, accepted],
        )
    if settled:
        # It may have waited before it was looked at again.
        run(
            """update intake_link l set withdrawn_at = %s from unnest(%s::uuid[], %s::bigint[]) as u(message_id, number)
            where l.message_id = u.message_id and l.number = u.number
                and l.contact_id is null and l.withdrawn_at is null""",
            [linking.at, [one.message_id for one in settled], [one.number for one in settled]],
        )
    if not rows:
        return
    stage("new_link", LINK, rows)
    run(
        """insert into intake_link (message_id, number, sender_id, from_id, to_id, disease, content,
            contact_id, exposure_id)
        select message_id, number, %s, from_id, to_id, disease, content, contact_id, exposure_id from new_link
        on conflict (message_id, number) do update set from_id = excluded.from_id,
            to_id = excluded.to_id, disease = excluded.disease, content = excluded.content,
            contact_id = excluded.contact_id, exposure_id = excluded.exposure_id, withdrawn_at = null""",
        [linking.sender.id],
    )
