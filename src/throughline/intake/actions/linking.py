"""Links on their way to contacts: each row is a duplicate, makes or meets a contact, or waits for whom it names.

A link whose persons nobody has told of yet, or whose case is none yet, waits in quarantine, where a person sees it; it is
taken up by itself once they come, in whatever order the lists arrive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch, run, stage
from throughline.intake.models import Sender
from throughline.intake.rules.claims import claim_of_contact
from throughline.intake.rules.links import Link
from throughline.intake.rules.record import Fault
from throughline.people.actions import find_or_add
from throughline.people.queries import Numbered, persons_numbered, standing
from throughline.tracing.actions.links import NO_CASE, YOURSELF, add_links
from throughline.tracing.arrivals import Linked, Met

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


def place_links(sender: Sender, links: Sequence[LinkRow], *, at: datetime) -> list[Placed]:
    """Say where each link belongs, make what follows from it, and keep it; in order. Needs r_match."""
    if not links:
        return []
    linking = _Linking(sender, links, at)
    _leave_duplicates(linking)
    _link(linking, _known(linking))
    _keep(linking)
    return [linking.placed[place] for place in range(len(links))]


def _leave_duplicates(linking: _Linking) -> None:
    """Leave what was told before, by an earlier row or an earlier file."""
    seen = {
        bytes(content)
        for (content,) in fetch(
            """select content from intake_link where sender_id = %s and content = any(%s)
                and contact_id is not null and withdrawn_at is null""",
            [linking.sender.id, [one.said.content for one in linking.links]],
        )
    }
    for place, one in enumerate(linking.links):
        if one.said.content in seen:
            linking.placed[place] = Placed("duplicate")


def _known(linking: _Linking) -> dict[str, Numbered]:
    """Whom the numbers name; who is told of by the link itself is added where nobody knew them."""
    left = list(_left(linking))
    code = linking.sender.code
    numbers = {number for _, one in left for number in (one.said.from_id, one.said.to_id)}
    reported = _by_report(linking.sender.id, numbers)
    known = standing(reported | persons_numbered(code, numbers))
    # Of one who met nobody known, nobody is made: the row itself waits.
    telling = {
        one.said.to_id: one
        for _, one in left
        if one.said.names_contact and one.said.from_id in known and one.said.to_id not in known
    }
    matches = find_or_add(
        [
            claim_of_contact(one.said, sender=code, on=one.received_at.date())
            for one in telling.values()
        ],
        source=f"intake:{code}",
        at=linking.at,
    )
    for number, match in zip(telling, matches, strict=True):
        known[number] = Numbered(
            person_id=match.person_id,
            household_id=match.household_id,
            records=frozenset({match.person_id}),
        )
    return known


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


def _link(linking: _Linking, known: dict[str, Numbered]) -> None:
    mets: dict[int, Met] = {}
    for place, one in _left(linking):
        said = one.said
        index, contact = known.get(said.from_id), known.get(said.to_id)
        if said.from_id == said.to_id:
            linking.placed[place] = _quarantined(_yourself(said))
        elif index is None or contact is None:
            linking.placed[place] = _quarantined(_unknown(said, of_case=index is None))
        else:
            mets[place] = Met(
                case_of=index.records,
                person_id=contact.person_id,
                household_id=contact.household_id,
                records=contact.records,
                disease=said.disease,
                exposure_kind=said.exposure_kind or "",
                lives_with=bool(said.lives_with),
                exposed_on=said.exposed_on,
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
    rows = []
    for place, one in enumerate(linking.links):
        placed, linked = linking.placed[place], linking.linked.get(place, Linked())
        waits = placed.fault is not None and placed.fault.reason in WAITS
        if placed.place == "accepted" or waits:
            said = one.said
            to_id = None if said.names_contact else said.to_id
            rows.append(
                (
                    one.message_id, one.number, said.from_id, to_id, said.disease, said.content,
                    linked.contact_id, linked.exposure_id,
                )
            )  # fmt: skip
    if not rows:
        return
    stage("new_link", LINK, rows)
    run(
        """insert into intake_link (message_id, number, sender_id, from_id, to_id, disease, content,
            contact_id, exposure_id)
        select message_id, number, %s, from_id, to_id, disease, content, contact_id, exposure_id from new_link
        on conflict (message_id, number) do update set from_id = excluded.from_id,
            to_id = excluded.to_id, disease = excluded.disease, content = excluded.content,
            contact_id = excluded.contact_id, exposure_id = excluded.exposure_id""",
        [linking.sender.id],
    )
