"""The household in a handler's hand, as one screen shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from throughline.calling.models import Attempt, WorkItem
from throughline.calling.queries import Lease, item_in_hand, outcomes
from throughline.core.errors import NotFound
from throughline.core.ids import ahead, edge
from throughline.core.reads import Late, Read
from throughline.core.sight import Sight
from throughline.tracing.models import Interview
from throughline.tracing.queries import terms
from throughline.tracing.queries.cards import (
    AttemptLine,
    Conversation,
    InterviewState,
    NamedRow,
    OtherAtHome,
    PersonCard,
    PhoneLine,
    SubjectLine,
    TimelineLine,
)
from throughline.tracing.queries.derivations import IN_ERROR
from throughline.tracing.queries.households import Household, household
from throughline.tracing.queries.interviews import state_of, talk_of
from throughline.tracing.queries.person_cards import person_card
from throughline.tracing.queries.subjects import (
    RETRACTION,
    Subject,
    display_name,
    subject_by_id,
)
from throughline.tracing.rules.dates import day_of, spell
from throughline.workforce.models import Agent

__all__ = [
    "AttemptLine",
    "Conversation",
    "InterviewState",
    "NamedRow",
    "OtherAtHome",
    "PersonCard",
    "PhoneLine",
    "SubjectLine",
    "TimelineLine",
    "household_in_hand",
]

TITLES = {
    "case": "Tested positive",
    "contact": "Contact of somebody who tested positive",
    "retraction": "Was told of a result that the laboratory has corrected since",
}
TAKEN_BACK = "The laboratory has corrected this result: tell them nothing more of it"
WITHHELD = "Ended; details withheld"
RECENT = timedelta(hours=48)
MOST_ATTEMPTS = 20
# Calls for an earlier conversation that ended lately count too.
LOOK_BACK = timedelta(days=14)

_INTERVIEWS = Read(lambda: Interview.objects.filter(item_id=Late("item")).order_by("started_at"))
_ATTEMPTS = Read(
    lambda: Attempt.objects.filter(
        household_id=Late("household"), id__gte=Late("since"), id__lt=Late("ahead")
    ).order_by("-started_at")[:MOST_ATTEMPTS]
)


def household_in_hand(sight: Sight, *, lease: Lease, at: datetime) -> Conversation:
    """Return all that the conversation needs, and of each person no more than may be shown yet."""
    if sight.household != lease.household_id or not sight.covers(lease.household_id, at=at):
        raise NotFound
    today = day_of(at, zone=terms.zone())
    item = item_in_hand(lease, user_id=sight.who)
    attempts = _attempts(lease, since=item.opened_at - LOOK_BACK, at=at)
    home = household(lease.household_id)
    interviews = _interviews(lease)
    found = _subjects(lease, home, interviews.values())
    subjects = [
        _subject_line(one, interviews.get(one.id), home, lease, sight.who, today, at)
        for one in found
    ]
    return Conversation(
        item_ref=lease.item_ref,
        kind=item.kind,
        language=item.language,
        interpreter=item.skill == "interpreter",
        attempts=attempts,
        allowance_note=_allowance_note(attempts, at),
        subjects=tuple(subjects),
        timeline=_timeline(subjects, found, attempts),
        callback_note=_callback_note(item),
        members=_members(home) if any(one.person.revealed for one in subjects) else (),
    )


def _interviews(lease: Lease) -> dict[UUID, Interview]:
    """Return each subject's latest interview of this lease, or one that an earlier lease left open."""
    return {
        one.subject_id: one
        for one in _INTERVIEWS.all(item=lease.item_id)
        if one.ended_at is None or one.ended_at >= lease.leased_at
    }


def _subjects(lease: Lease, home: Household, interviews: Iterable[Interview]) -> list[Subject]:
    """Return the open subjects, and those with whom this lease's conversation was had already."""
    found = list(home.subjects)
    if not found:
        # A loose end: everybody was told, and something small is still to be done for them.
        interviews = Interview.objects.filter(item_id=lease.item_id).order_by("-started_at")
    known = {one.id for one in found}
    for interview in interviews:
        if interview.subject_id in known:
            continue
        known.add(interview.subject_id)
        subject = subject_by_id(interview.subject, interview.subject_id)
        found.extend([subject] if subject else [])
    return found


def _subject_line(
    subject: Subject,
    interview: Interview | None,
    home: Household,
    lease: Lease,
    user_id: UUID,
    today: date,
    at: datetime,
) -> SubjectLine:
    # Confirmed under an earlier lease is confirmed to somebody else: it is asked again.
    confirmed = interview is not None and (
        interview.identity_confirmed_at is not None
        and interview.identity_confirmed_at >= lease.leased_at
    )
    person = home.person(subject.person_id)
    resumed = interview is not None and interview.saved_at >= lease.leased_at
    state = "waiting"
    if interview is not None and resumed:
        state = "begun" if interview.ended_at is None else "told"
    return SubjectLine(
        kind=subject.kind,
        called_as=subject.called_as,
        id=subject.id,
        ref=subject.ref,
        person=person_card(person, today, revealed=confirmed, home=home),
        state=state,
        title=TAKEN_BACK if _taken_back(subject) else TITLES[subject.kind],
        script=_script_title(interview),
        interview=state_of(talk_of(interview, subject, at=at, home=home), user_id=user_id)
        if interview is not None and resumed and interview.ended_at is None
        else None,
    )


def _taken_back(subject: Subject) -> bool:
    """Whether a correction came while the conversation about it goes on."""
    return subject.kind != RETRACTION and subject.row.outcome == IN_ERROR


def _script_title(interview: Interview | None) -> str:
    return f"{interview.script} version {interview.script_version}" if interview else ""


def _members(home: Household) -> tuple[str, ...]:
    persons = list(home.members.values())
    return tuple(one.given_name or display_name(one) for one in persons[:MOST_ATTEMPTS])


def _attempts(lease: Lease, *, since: datetime, at: datetime) -> tuple[AttemptLine, ...]:
    rows = _ATTEMPTS.all(household=lease.household_id, since=edge(since), ahead=ahead())
    agents = {
        one.id: (one.user.display_name, one.supplier.name)
        for one in Agent.objects.filter(id__in={row.agent_id for row in rows})
        .select_related("user", "supplier")
        .only("user", "user__display_name", "supplier", "supplier__name")
    }
    known = {one.code: one for one in outcomes(at).outcome}
    lines = []
    for row in rows:
        name, supplier = agents.get(row.agent_id, ("", ""))
        outcome = known.get(row.outcome or "")
        title = "Not ended yet" if row.outcome is None else row.outcome.replace("_", " ")
        if outcome is not None:
            # What is sensitive is for the expert who is asked, not for everybody who rings later.
            title = WITHHELD if outcome.sensitive else outcome.title
        lines.append(
            AttemptLine(
                at=row.started_at,
                channel=row.channel,
                outcome_title=title,
                by_name=name,
                supplier=supplier,
                endpoint_id=row.endpoint_id,
                open=row.ended_at is None and row.fence == lease.fence,
            )
        )
    return tuple(lines)


def _allowance_note(attempts: Sequence[AttemptLine], at: datetime) -> str | None:
    calls = [one for one in attempts if one.channel == "call" and at - one.at < RECENT]
    if not calls:
        return None
    minutes = max(0, int((at - calls[0].at).total_seconds() // 60))
    ago = f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
    times = "once" if len(calls) == 1 else f"{len(calls)} times"
    who = f" by {calls[0].supplier}" if calls[0].supplier else ""
    return f"This household was called {times} in 48 hours, last {ago} ago{who}."


def _callback_note(item: WorkItem) -> str | None:
    """What they asked for, and what nobody asked for but a handler: the one is never told as the other."""
    if promised := item.facts.get("promised_at"):
        return f"They asked to be rung on {_spelt(promised)}."
    if passed_on := item.facts.get("passed_on_at"):
        return f"A handler who reached them passed them on to an expert on {_spelt(passed_on)}."
    return None


def _spelt(stored: str) -> str:
    local = datetime.fromisoformat(stored).astimezone(terms.zone())
    return f"{spell(local.date())} at {local:%H:%M}"


def _timeline(
    subjects: Sequence[SubjectLine], about: Sequence[Subject], attempts: Sequence[AttemptLine]
) -> tuple[TimelineLine, ...]:
    lines = [
        TimelineLine(
            at=one.at,
            title="Call" if one.channel == "call" else one.channel.capitalize(),
            detail=one.outcome_title,
            who=", ".join(part for part in (one.by_name, one.supplier) if part),
        )
        for one in attempts
    ]
    revealed = {line.id: line for line in subjects if line.person.revealed}
    for one in about:
        if one.id not in revealed:
            continue
        name = revealed[one.id].person.first_name
        if one.case is None:
            named = one.contacts[0].identified_at
            lines.append(TimelineLine(at=named, title="Named as a contact", detail=name))
            continue
        if one.case.taken_at:
            lines.append(TimelineLine(at=one.case.taken_at, title="Test taken", detail=name))
        passed = one.case.transferred_at
        lines.append(TimelineLine(at=passed, title="Passed to tracing", detail=name))
    return tuple(sorted(lines, key=lambda one: one.at, reverse=True))
