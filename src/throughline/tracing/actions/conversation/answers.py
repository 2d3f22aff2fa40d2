"""Going through a script: begun, confirmed, answered. All of it is on the server after each question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from throughline.calling.queries import Lease
from throughline.core.errors import NotFound
from throughline.definitions.forms.script import MATCHED, Script, Step
from throughline.definitions.interview import Done, next_step, path, step_to_show
from throughline.tracing.actions.conversation.given import answer_to
from throughline.tracing.actions.conversation.held import (
    held_talk,
    hold,
    keep,
    one_act,
    subject_of,
)
from throughline.tracing.errors import NotConfirmed
from throughline.tracing.models import Interview
from throughline.tracing.queries import identity, terms
from throughline.tracing.queries.households import household
from throughline.tracing.queries.interviews import Talk, record_of, talk_of
from throughline.tracing.queries.subjects import Subject

FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What the page needs after a save: the next question and the revision to send with it."""

    interview_ref: UUID
    revision: int
    step_id: str
    saved_at: datetime


@one_act
def begin(
    *, lease: Lease, subject_kind: str, subject_id: UUID, by: UUID, at: datetime
) -> Interview:
    """Begin the script with one person, or go on with it where it was left, on whichever machine.

    After another lease, who is on the line must be found out again; what was answered is kept.
    """
    hold(lease, by=by, at=at)
    left = (
        Interview.objects.select_for_update()
        .filter(item_id=lease.item_id, subject_id=subject_id, ended_at__isnull=True)
        .first()
    )
    if left is not None:
        return left if left.saved_at >= lease.leased_at else _taken_over(left, by=by, at=at)
    return open_interview(_subject(lease, subject_kind, subject_id), lease, by=by, at=at)


def _subject(lease: Lease, kind: str, subject_id: UUID) -> Subject:
    """Return an open subject of the household; where nobody is open, one that this item was about."""
    found = household(lease.household_id).subjects
    for one in found:
        if (one.kind, one.id) == (kind, subject_id):
            return one
    before = Interview.objects.filter(
        item_id=lease.item_id, subject=kind, subject_id=subject_id
    ).first()
    if found or before is None:
        raise NotFound
    return subject_of(before)


def open_interview(subject: Subject, lease: Lease, *, by: UUID, at: datetime) -> Interview:
    """Open an interview, with the answers that an earlier conversation about the same brought."""
    person = household(lease.household_id).person(subject.person_id)
    stored = terms.script_for(subject.kind, language=person.language, at=at)
    script = terms.script(stored.id, stored.version)
    before = (
        Interview.objects.filter(household_id=lease.household_id, subject_id=subject.id)
        .order_by("-started_at")
        .first()
    )
    interview = Interview(
        household_id=lease.household_id,
        item_id=lease.item_id,
        person_id=subject.person_id,
        subject=subject.kind,
        subject_id=subject.id,
        script=stored.id,
        script_version=stored.version,
        answers=_kept(script, before.answers) if before else {},
        started_at=at,
        saved_at=at,
        revision=0,
    )
    _stand(interview, subject, at=at)
    keep(interview, "tracing.conversation_begun", by=by, at=at, subject=subject.kind)
    return interview


def _taken_over(interview: Interview, *, by: UUID, at: datetime) -> Interview:
    script = terms.script(interview.script, interview.script_version)
    interview.identity_confirmed_at = None
    interview.answers = _kept(script, interview.answers)
    _stand(interview, subject_of(interview), at=at)
    keep(interview, "tracing.conversation_resumed", by=by, at=at, subject=interview.subject)
    return interview


def _kept(script: Script, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What another call may build on: not who was on the line, and nothing that ended the last call."""
    opening = {one.section for one in script.step if one.before_identity}
    asked_again = {one.field for one in script.step if one.section in opening or one.ends}
    fields = {one.field for one in script.step} - asked_again
    # What was only said must be said again, to whoever is listening now.
    said = {one.field for one in script.step if one.question is None}
    return {field: answers[field] for field in fields - said if field in answers}


def _stand(interview: Interview, subject: Subject, *, at: datetime) -> None:
    talk = talk_of(interview, subject, at=at)
    here = next_step(talk.script, talk.answers, talk.flags)
    interview.step = "" if isinstance(here, Done) else here.id


@one_act
def confirm_identity(
    *, lease: Lease, interview_ref: UUID, given: Mapping[str, str], by: UUID, at: datetime
) -> bool:
    """Compare what they say of themselves with the record, and keep nothing but whether it matched.

    `given` may hold `birth_date`, `age`, `postcode` and `full_name`. The entry counts what was tried, so that
    guessing shows.
    """
    talk = held_talk(lease, interview_ref, by=by, at=at)
    matched = identity.confirms(record_of(talk.person, talk.home), given, today=talk.today)
    interview = talk.interview
    interview.identity_confirmed_at = at if matched else None
    field = talk.script.about.identity
    interview.answers = {**interview.answers, field: MATCHED if matched else FAILED}
    _stand(interview, talk.subject, at=at)
    keep(
        interview,
        "tracing.identity_checked",
        by=by,
        at=at,
        confirmed=matched,
        compared=sum(bool(one and one.strip()) for one in given.values()),
    )
    return matched


@one_act
def save_answer(
    *,
    lease: Lease,
    interview_ref: UUID,
    step_id: str,
    values: Mapping[str, Any],
    expecting: int | None,
    by: UUID,
    at: datetime,
    stays: bool = False,
) -> Saved:
    """Keep one answer and move to the next question, or stay. Raises AnswerRefused with what to mend.

    Whoever resumes a conversation resumes at the question at which the last save left it.
    """
    talk = held_talk(lease, interview_ref, by=by, at=at, expecting=expecting)
    step = _step(talk, step_id)
    answer = answer_to(step, values, today=talk.today, drama=terms.service().accepts_drama_numbers)
    interview = talk.interview
    interview.answers = {**interview.answers, step.field: answer}
    talk = talk_of(interview, talk.subject, at=at, home=talk.home)
    if stays:
        here = step_to_show(talk.script, talk.answers, talk.flags, step.id)
    else:
        here = next_step(talk.script, talk.answers, talk.flags)
    interview.step = "" if isinstance(here, Done) else here.id
    keep(interview, "tracing.answer_saved", by=by, at=at, step=step.id)
    return _saved(interview)


@one_act
def go_to_step(*, lease: Lease, interview_ref: UUID, step_id: str, by: UUID, at: datetime) -> Saved:
    """Go back to a question, or on to one whose turn has come; anywhere else stays where it is."""
    talk = held_talk(lease, interview_ref, by=by, at=at)
    here = step_to_show(talk.script, talk.answers, talk.flags, step_id)
    talk.interview.step = "" if isinstance(here, Done) else here.id
    keep(talk.interview, "tracing.step_shown", by=by, at=at, step=talk.interview.step)
    return _saved(talk.interview)


def _step(talk: Talk, step_id: str) -> Step:
    """Return a step that shows with the answers so far; before identity, only the first ones do."""
    for step in path(talk.script, talk.answers, talk.flags):
        if step.id == step_id:
            return step
    if not talk.confirmed and any(one.id == step_id for one in talk.script.step):
        raise NotConfirmed
    raise NotFound


def _saved(interview: Interview) -> Saved:
    return Saved(
        interview_ref=interview.ref,
        revision=interview.revision,
        step_id=interview.step,
        saved_at=interview.saved_at,
    )
