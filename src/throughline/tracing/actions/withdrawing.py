"""Results and links that were loaded in error: each is withdrawn as its sender would have withdrawn it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from throughline.core.copying import fetch
from throughline.core.ids import new_id
from throughline.journal.actions import Act, record_all
from throughline.tracing.actions.closing import NOT_REACHED, End, close_contacts
from throughline.tracing.actions.in_error import end_in_error, release_in_error
from throughline.tracing.actions.listed import Settling
from throughline.tracing.actions.offering import offer_or_close
from throughline.tracing.actions.results import accept_results
from throughline.tracing.arrivals import Arrival
from throughline.tracing.models import Contact, Exposure
from throughline.tracing.queries.derivations import IN_ERROR, anchor_of
from throughline.tracing.queries.subjects import OPEN
from throughline.tracing.queries.terms import protocol, zone
from throughline.tracing.rules.dates import day_of
from throughline.tracing.rules.meetings import HOUSEHOLD, Occasion, left_of

COPIED = (
    "person_id", "household_id", "sender_id", "message_id", "row_number", "report_id", "disease",
    "result", "test_kind", "route", "pillar", "purpose", "taken_at", "onset_on", "symptomatic",
    "area", "region", "setting", "setting_kind",
)  # fmt: skip
CHANGED = ("household", "exposure_kind", "exposed_on", "isolate_until", "revision")


def withdraw_results(results: Sequence[UUID], *, at: datetime) -> None:
    """Let nothing stand of these results: they stay to be seen, and what stood on them alone is closed.

    Needs r_match.
    """
    rows = fetch(
        f"""select id, {", ".join(COPIED)} from tracing_result
        where id = any(%s) and superseded_by_id is null order by row_number""",  # noqa: S608 - our own column names
        [list(results)],
    )
    accept_results(
        [
            Arrival(
                result_id=new_id(),
                supersedes=result,
                reported_at=at,
                received_at=at,
                status="withdrawn",
                **dict(zip(COPIED, said, strict=True)),
            )
            for result, *said in rows
        ],
        at=at,
    )


def withdraw_links(exposures: Sequence[UUID], *, at: datetime) -> None:
    """Take back these meetings; whoever no other meeting is left of is a contact no more.

    Whom other meetings are left of is what those make of them. Needs r_match.
    """
    told = Exposure.objects.filter(id__in=exposures, withdrawn_at=None)
    contacts = list(
        Contact.objects.select_for_update(of=("self",))
        .filter(id__in=told.values("contact_id"))
        .select_related("case")
        .order_by("id")
    )
    told.update(withdrawn_at=at)
    standing: dict[UUID, list[Exposure]] = defaultdict(list)
    for one in Exposure.objects.filter(contact__in=contacts, withdrawn_at=None).order_by("id"):
        standing[one.contact_id].append(one)
    released = release_in_error([one.id for one in contacts if one.id not in standing], at=at)
    end_in_error([contact for contact, _, _ in released], at=at)
    closed = _left([one for one in contacts if one.id in standing], standing, at)
    homes = [household for _, _, household in released] + [one.household_id for one in closed]
    offer_or_close(homes, reason=IN_ERROR, by=None, at=at)


def _left(
    contacts: Sequence[Contact], standing: Mapping[UUID, Sequence[Exposure]], at: datetime
) -> list[Contact]:
    """Have these contacts stand by the meetings that are left; return those whose days are over by them."""
    if not contacts:
        return []
    days = zone()
    # What somebody was told stands as it was told.
    changed = [one for one in contacts if one.outcome == OPEN or Settling.was_left_unrung(one)]
    for one in changed:
        _stand_by(one, standing[one.id], days)
    Contact.objects.bulk_update(changed, CHANGED, batch_size=1000)
    body = {"contacts": len(contacts)}
    subjects = [one.id for one in contacts]
    record_all([Act(kind="tracing.links_withdrawn", at=at, subjects=subjects, body=body)])
    today = day_of(at, zone=days)
    over = [
        one
        for one in changed
        if one.outcome == OPEN
        and one.first_attempt_at is None
        and one.became_case_id is None
        and one.isolate_until is not None
        and one.isolate_until < today
    ]
    close_contacts(over, End(outcome=NOT_REACHED, at=at, by=None))
    return over


def _stand_by(contact: Contact, meetings: Sequence[Exposure], days: ZoneInfo) -> None:
    anchor = anchor_of(contact.case)
    if anchor is None:
        return
    occasions = [
        Occasion(
            kind=one.kind,
            on=one.on,
            lives_with=bool(contact.household) and one.kind == HOUSEHOLD,
        )
        for one in meetings
    ]
    named_on = day_of(contact.identified_at, zone=days)
    rules = protocol(contact.protocol, contact.protocol_version)
    left = left_of(rules, occasions, anchor, named_on=named_on)
    contact.household, contact.exposure_kind = left.household, left.kind
    contact.exposed_on, contact.isolate_until = left.exposed_on, left.until
    contact.revision += 1
