"""One conversation as a handler holds it: dialled, asked question by question, ended with its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction

from throughline.calling.actions import heartbeat, put_down, start_attempt
from throughline.calling.errors import AllowanceSpent
from throughline.calling.queries import Lease
from throughline.cli.demonstration.answering import Answers
from throughline.cli.demonstration.courses import ENDS, Course
from throughline.cli.demonstration.truth import Truth
from throughline.core.context import acting
from throughline.core.remembering import remembering
from throughline.core.roles import Role
from throughline.people.models import ContactDetail
from throughline.rehearsal import phones
from throughline.rehearsal.model import Person
from throughline.rehearsal.streams import Streams
from throughline.tracing.access import sight_of_lease
from throughline.tracing.actions.conversation import (
    begin,
    confirm_identity,
    correct_number,
    end_conversation,
    save_answer,
    save_named,
)
from throughline.tracing.queries import terms
from throughline.tracing.queries.subjects import Subject, open_subjects
from throughline.workforce.models import User

BETWEEN_QUESTIONS = timedelta(seconds=40)
BETWEEN_ROWS = timedelta(seconds=25)
RINGING = timedelta(seconds=35)
TOMORROW = timedelta(hours=21)
# A conversation is held on to well before its lease ends, as the page does.
NEARLY_OVER = timedelta(seconds=90)


@dataclass(kw_only=True)
class Watch:
    """The time of one handler, which passes as they speak; the lease is extended as the page would."""

    at: datetime
    lease: Lease
    by: UUID
    until: datetime

    def passes(self, how_long: timedelta) -> datetime:
        """Let time pass and return the moment it is then."""
        self.at += how_long
        if self.at > self.until - NEARLY_OVER:
            beat = min(self.at, self.until - timedelta(seconds=1))
            self.until = heartbeat(
                item_id=self.lease.item_id, fence=self.lease.fence, by=self.by, at=beat
            )
        return self.at


class Talking:
    """The conversations of the town."""

    def __init__(self, truth: Truth, streams: Streams) -> None:
        """Keep what every conversation needs."""
        self.truth, self.streams = truth, streams

    def hold(self, lease: Lease, *, user: User, course: Course, at: datetime) -> datetime | None:
        """Hold a conversation that was claimed, and return when it ended; None when nobody could be rung."""
        watch = Watch(at=at, lease=lease, by=user.id, until=lease.lease_until)
        with (
            remembering(),
            transaction.atomic(),
            acting(
                Role.DESK,
                user=user.id,
                household=lease.household_id,
                team=user.team_id,
                supplier=user.organisation_id,
            ),
        ):
            sight_of_lease(user_id=user.id, lease=lease, at=at)
            subjects = open_subjects(lease.household_id)
            if not subjects or not self._dial(watch, subjects, course):
                put_down(lease=lease, by=user.id, at=watch.at)
                return None
            outcome = course.outcome
            if course.speaks:
                outcome = self._speak(watch, subjects, course)
            ended = watch.passes(RINGING)
            end_conversation(
                lease=lease,
                outcome=outcome,
                callback_at=(course.callback_at or ended + TOMORROW)
                if outcome == "call_back"
                else None,
                callback_mine=course.callback_mine,
                language=course.language,
                note=course.note,
                by=user.id,
                at=ended,
                key=uuid4(),
            )
        return ended

    def _dial(self, watch: Watch, subjects: list[Subject], course: Course) -> bool:
        """Ring the first of them whom the allowance lets be rung; no number at all is an outcome too."""
        for subject in subjects:
            for detail in _numbers(watch.lease.household_id, subject.person_id):
                try:
                    start_attempt(
                        lease=watch.lease,
                        person_id=subject.person_id,
                        subject=subject.called_as,
                        subject_id=subject.id,
                        endpoint_id=detail.endpoint_id,
                        channel="call",
                        by=watch.by,
                        at=watch.passes(RINGING),
                    )
                except AllowanceSpent:
                    continue
                # Whoever is rung is spoken with first.
                subjects.remove(subject)
                subjects.insert(0, subject)
                return True
        return self._look_up_number(watch, subjects[0], course)

    def _look_up_number(self, watch: Watch, subject: Subject, course: Course) -> bool:
        """Find a number for somebody without one, as those do who mend what is wrong with a record."""
        if _numbers(watch.lease.household_id, subject.person_id):
            return False
        if not course.finds_numbers:
            course.give_up("disconnected")
            return True
        person = self.truth.person(subject.person_id)
        if person is None or not self.streams.chance(0.6, "number found", person.id):
            return False
        home = self.truth.town.household[person.household_id]
        known = None if person.phone_is_wrong else person.phone or home.phone
        number = known or phones.mobile(person.number)
        correct_number(
            lease=watch.lease,
            person_ref=person_ref(subject.person_id),
            phone=number,
            by=watch.by,
            at=watch.passes(BETWEEN_QUESTIONS),
        )
        return self._dial(watch, [subject], course.without_search())

    def _speak(self, watch: Watch, subjects: list[Subject], course: Course) -> str:
        """Speak with those of the home who are there, one after the other."""
        outcome = course.outcome
        for number, subject in enumerate(subjects[: course.most_spoken_with]):
            person = self.truth.person(subject.person_id)
            if person is None:
                continue
            if number and (subject.kind == "contact" or course.outcome not in ENDS):
                break
            found = self._interview(watch, subject, person, subjects, course)
            outcome = found if number == 0 else outcome
            if found not in ENDS:
                break
        return outcome

    def _interview(
        self,
        watch: Watch,
        subject: Subject,
        person: Person,
        subjects: list[Subject],
        course: Course,
    ) -> str:
        interview = begin(
            lease=watch.lease,
            subject_kind=subject.kind,
            subject_id=subject.id,
            by=watch.by,
            at=watch.passes(BETWEEN_QUESTIONS),
        )
        script = terms.script(interview.script, interview.script_version)
        steps = {one.id: one for one in script.step}
        answers = Answers(
            self.truth,
            self.streams,
            person,
            today=watch.at.astimezone(terms.zone()).date(),
            going=course.going,
        )
        others = [one for one in subjects if one.kind == "contact" and one.id != subject.id]
        here, left = interview.step, course.questions
        while here and left:
            left -= 1
            step = steps[here]
            if step.question is not None and step.question.type == "identity":
                confirm_identity(
                    lease=watch.lease,
                    interview_ref=interview.ref,
                    given=answers.identity(),
                    by=watch.by,
                    at=watch.passes(BETWEEN_QUESTIONS),
                )
                interview.refresh_from_db(fields=["step"])
                here = interview.step
                continue
            if step.field == "contacts" and course.outcome != "declined_contacts":
                self._name(watch, interview.ref, subject.id, answers)
            saved = save_answer(
                lease=watch.lease,
                interview_ref=interview.ref,
                step_id=here,
                values=answers.to(step, others),
                expecting=None,
                by=watch.by,
                at=watch.passes(BETWEEN_QUESTIONS),
            )
            if step.ends:
                return course.outcome if step.suggests == "completed" else step.suggests
            here = saved.step_id
        if not here:
            return course.outcome
        return "partial" if course.outcome in ENDS else course.outcome

    def _name(self, watch: Watch, interview_ref: UUID, case_id: UUID, answers: Answers) -> None:
        for position, met in enumerate(answers.named()):
            row = save_named(
                lease=watch.lease,
                interview_ref=interview_ref,
                position=position,
                values=answers.row(met),
                by=watch.by,
                at=watch.passes(BETWEEN_ROWS),
            )
            self.truth.note_named(case_id, row.position, met)


def _numbers(household_id: UUID, person_id: UUID) -> list[ContactDetail]:
    """Return the numbers under which somebody may be found, their own first."""
    found = ContactDetail.objects.filter(
        household_id=household_id, kind="phone", wrong_since__isnull=True
    ).order_by("since", "id")
    return sorted(found, key=lambda one: one.person_id != person_id)


def person_ref(person_id: UUID) -> UUID:
    """Return the reference by which a page names a person."""
    from throughline.people.models import Person as OnRecord

    return OnRecord.objects.values_list("ref", flat=True).get(id=person_id)
