"""Ending a conversation: the outcome's flags decide what becomes of each person it was about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from throughline.calling.actions import check_lease, close_items, finish
from throughline.calling.errors import OutcomeUnknown
from throughline.calling.models import Attempt, WorkItem
from throughline.calling.queries import Lease, outcomes
from throughline.calling.queries.ranks import ASKED_TWICE
from throughline.calling.rules.decisions import Decision
from throughline.core.context import acting
from throughline.core.ids import ahead, edge
from throughline.core.remembering import forget
from throughline.core.roles import Role
from throughline.definitions.forms.outcomes import Outcome
from throughline.definitions.interview import Done, next_step
from throughline.journal.actions import record
from throughline.people.models import Person
from throughline.tracing.actions.closing import (
    NOT_REACHED,
    REACHED,
    End,
    close_cases,
    close_contacts,
)
from throughline.tracing.actions.conversation.answers import open_interview
from throughline.tracing.actions.conversation.given import text
from throughline.tracing.actions.conversation.held import subject_of
from throughline.tracing.actions.conversation.numbers import retire_endpoint
from throughline.tracing.actions.conversation.telling import tell
from throughline.tracing.actions.handing_over import Move, move_subjects
from throughline.tracing.actions.retractions import corrected_since, took_back
from throughline.tracing.errors import AnswerRefused
from throughline.tracing.models import Case, Contact, Interview, NamedContact
from throughline.tracing.queries import terms
from throughline.tracing.queries.households import Household
from throughline.tracing.queries.interviews import Talk, talk_of
from throughline.tracing.queries.subjects import RETRACTION, Subject, open_subjects
from throughline.tracing.queries.surroundings import LocalTeams
from throughline.tracing.rules.dates import spell
from throughline.workforce.models import Agent

AGAIN = "This conversation was ended and saved already."


@dataclass(frozen=True, kw_only=True)
class Ended:
    """What was saved, in one sentence, and how many of the household are still to be spoken with."""

    sentence: str
    action: str  # rest | move | hand_over | close | already
    until: datetime | None = None
    open_subjects: int = 0


@transaction.atomic
def end_conversation(
    *,
    lease: Lease,
    outcome: str,
    callback_at: datetime | None,
    callback_mine: bool,
    note: str,
    by: UUID,
    at: datetime,
    key: UUID,
    language: str | None = None,
) -> Ended:
    """End the conversation with one outcome. A second click with the same `key` changes nothing.

    Raises LeaseLost, OutcomeUnknown, OutcomeIncomplete or AnswerRefused; then nothing was changed.
    """
    if not _first_time(key, lease, by=by, at=at):
        return Ended(sentence=AGAIN, action="already")
    check_lease(lease=lease, by=by, at=at)
    flags = _flags(outcome, at)
    said = _note(flags, note)
    end = _Ending(lease=lease, flags=flags, by=by, at=at)
    if said and not end.talks:
        end.begin_for_note()
    told = end.told()
    for talk in told:
        tell(talk, end.reached(talk))
    _submit_named(end.talks, at=at)
    _end_interviews(end.talks, flags, said, at=at)
    end.retire_number()
    end.close_the_rest(told)
    end.mark_first_attempt()
    forget()
    return end.finish(outcome, callback_at, language, len(told), mine=callback_mine)


class _Ending:
    """One conversation's end: the interviews of this lease and the persons they were about."""

    def __init__(self, *, lease: Lease, flags: Outcome, by: UUID, at: datetime) -> None:
        self.lease, self.flags, self.by, self.at = lease, flags, by, at
        self.agent = Agent.objects.get(id=lease.agent_id)
        # Read under the lock of the lease, and not shared: what is told changes the rows in hand.
        home = Household(lease.household_id)
        self.talks = [
            talk_of(one, subject_of(one, home), at=at, home=home)
            for one in Interview.objects.select_for_update().filter(
                item_id=lease.item_id, ended_at__isnull=True, saved_at__gte=lease.leased_at
            )
        ]
        self.attempts = list(
            Attempt.objects.filter(
                item_id=lease.item_id,
                fence=lease.fence,
                # Attempts are kept by month: without this every month is planned over.
                id__gte=edge(lease.leased_at - timedelta(days=1)),
                id__lt=ahead(),
            ).order_by("started_at")
        )

    def begin_for_note(self) -> None:
        """Give the reason a place to stand, where nobody was spoken with."""
        subjects = open_subjects(self.lease.household_id)
        if subjects:
            interview = open_interview(subjects[0], self.lease, by=self.by, at=self.at)
            self.talks = [talk_of(interview, subjects[0], at=self.at)]

    def told(self) -> list[Talk]:
        """Return the interviews in which what the call was for was done."""
        if not self.flags.told:
            return []
        confirmed = [one for one in self.talks if one.confirmed]
        if not confirmed:
            raise AnswerRefused(
                "outcome",
                f"“{self.flags.title}” needs a person whose identity was confirmed in this "
                "conversation; confirm it, or choose another outcome.",
            )
        through = [
            one
            for one in confirmed
            if isinstance(next_step(one.script, one.answers, one.flags), Done)
        ]
        return through or [max(confirmed, key=lambda one: one.interview.saved_at)]

    def reached(self, talk: Talk) -> End:
        """Return the end of a person who was spoken with, and through whom."""
        return End(
            outcome=REACHED,
            at=self.at,
            by=self.by,
            how=_how(talk),
            supplier=self.agent.supplier_id,
            taken_at=self.lease.leased_at,
        )

    def concerned(self) -> list[Subject]:
        """Return those whom an outcome without anything told is about."""
        if self.talks:
            return [one.subject for one in self.talks]
        subjects = open_subjects(self.lease.household_id)
        rung = self.attempts[-1].subject_id if self.attempts else None
        return [one for one in subjects if one.id == rung] or subjects[:1]

    def retire_number(self) -> None:
        """Never ring a number again that turned out to be wrong."""
        rung = [one.endpoint_id for one in self.attempts if one.endpoint_id and not one.ended_at]
        if self.flags.never_redial_number and rung:
            retire_endpoint(self.lease, rung[-1], by=self.by, at=self.at)

    def close_the_rest(self, told: Sequence[Talk]) -> None:
        """Close those for whom there is no other conversation, though nothing was told."""
        silent = self.flags.retry == "suppress_all"
        over = self.flags.final and self.flags.retry != "hand_over"
        if told or not (silent or over or self._asked_twice()):
            return
        concerned = self.concerned()
        if silent:
            for person in Person.objects.filter(id__in=[one.person_id for one in concerned]):
                person.deceased = True
                person.revision += 1
                person.save(update_fields=["deceased", "revision"])
        end = End(
            outcome=NOT_REACHED,
            at=self.at,
            by=self.by,
            supplier=self.agent.supplier_id,
            taken_at=self.lease.leased_at,
        )
        close_cases([one.case for one in concerned if one.case is not None], end)
        close_contacts([row for one in concerned for row in one.contacts], end)
        for one in concerned:
            if one.kind == RETRACTION:
                took_back(one.person_id, state=NOT_REACHED, by=self.by, at=self.at)

    def _asked_twice(self) -> bool:
        if self.flags.retry != "other_skill":
            return False
        with acting(Role.DISPATCH, user=self.by):
            facts = WorkItem.objects.values_list("facts", flat=True).get(id=self.lease.item_id)
        return bool(facts.get(ASKED_TWICE))

    def mark_first_attempt(self) -> None:
        """Note when each person was first tried: by a call to them, or by the call they came to."""
        if not self.attempts:
            return
        first = {one.subject_id: one.started_at for one in reversed(self.attempts)}
        for talk in self.talks:
            first.setdefault(talk.subject.id, self.attempts[0].started_at)
        for model in (Case, Contact):
            for row in model.objects.filter(id__in=first, first_attempt_at__isnull=True):
                row.first_attempt_at = first[row.id]
                row.save(update_fields=["first_attempt_at"])

    def finish(
        self,
        outcome: str,
        callback_at: datetime | None,
        language: str | None,
        told: int,
        *,
        mine: bool,
    ) -> Ended:
        """Let calling decide what becomes of the item, and hand over who answers for the open ones."""
        remaining = open_subjects(self.lease.household_id)
        team = self._local_team(remaining)
        decision = finish(
            lease=self.lease,
            outcome=outcome,
            at=self.at,
            by=self.by,
            open_subjects=len(remaining),
            callback_at=callback_at,
            callback_mine=mine,
            language=language,
            attempt_id=self.attempts[-1].id if self.attempts else None,
            local_team_id=team,
        )
        if not remaining and (
            (self.flags.retry == "hand_over" and decision.action == "move")
            or corrected_since(self.lease.household_id, self.lease.leased_at)
        ):
            # Nobody is left to speak with: no local team answers for the area, or a correction came meanwhile.
            close_items([self.lease.household_id], reason=outcome, by=self.by, at=self.at)
        if decision.action == "hand_over" and remaining:
            move_subjects(
                remaining,
                Move(
                    end="handed_over",
                    managed_by="local",
                    team=team,
                    reason=outcome,
                    at=self.at,
                    by=self.by,
                ),
            )
        record(
            "tracing.conversation_ended",
            at=self.at,
            by=self.by,
            supplier=self.agent.supplier_id,
            subjects=(
                self.lease.item_id,
                self.lease.household_id,
                *(talk.interview.id for talk in self.talks),
                *(talk.subject.id for talk in self.talks),
            ),
            outcome=outcome,
            told=told,
            open=len(remaining),
            action=decision.action,
        )
        return Ended(
            sentence=_sentence(decision, len(remaining)),
            action=decision.action,
            until=decision.until,
            open_subjects=len(remaining),
        )

    def _local_team(self, remaining: Sequence[Subject]) -> UUID | None:
        """Return the local team that answers for where the household is, if there is one."""
        rows = [one.row for one in remaining]
        areas = [one.area for one in rows if one.area]
        areas += [talk.subject.case.area for talk in self.talks if talk.subject.case is not None]
        teams = LocalTeams()
        return next((team.id for area in areas for team in teams.of(area)), None)


def _first_time(key: UUID, lease: Lease, *, by: UUID, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into core_done_once (key, actor_id, at, action, result_id)
            values (%s, %s, %s, 'tracing.end_conversation', %s) on conflict (key) do nothing""",
            [key, by, at, lease.item_id],
        )
        return bool(cursor.rowcount)


def _flags(outcome: str, at: datetime) -> Outcome:
    known = outcomes(at)
    try:
        return known.named(outcome)
    except KeyError as error:
        raise OutcomeUnknown(
            f"{outcome!r} is not an outcome in force; choose one from the list."
        ) from error


def _note(flags: Outcome, note: str) -> str:
    said = text(note, "note")
    if "note_reason" in flags.requires and not said:
        raise AnswerRefused("note", f"“{flags.title}” needs a reason; write one sentence.")
    return said


def _how(talk: Talk) -> str:
    """Through whom the person was reached, from what was answered before identity was asked."""
    before = {one.field for one in talk.script.step if one.before_identity}
    given = {
        answer
        for field, answer in talk.answers.items()
        if field in before and isinstance(answer, str)
    }
    if "guardian" in given:
        return "guardian"
    return "household_member" if "speaks_for" in given else "self"


def _submit_named(talks: Sequence[Talk], *, at: datetime) -> None:
    """Pass the rows of the grid to the worker, whatever the outcome: whoever was named must be told."""
    cases = [one.subject.id for one in talks if one.subject.case is not None]
    rows = NamedContact.objects.filter(case_id__in=cases, submitted_at__isnull=True)
    empty: Mapping[str, str] = {"given_name": "", "family_name": "", "phone": "", "email": ""}
    rows.exclude(**empty).update(submitted_at=at)


def _end_interviews(talks: Sequence[Talk], flags: Outcome, note: str, *, at: datetime) -> None:
    for talk in talks:
        interview = talk.interview
        interview.ended_at = interview.saved_at = at
        interview.outcome, interview.note = flags.code, note
        # Only what a case told us is turned into places and dates of others.
        if talk.subject.kind != "case" or not talk.confirmed:
            interview.resolved_at = at
        interview.revision += 1
        interview.save()


def _sentence(decision: Decision, remaining: int) -> str:
    match decision.action:
        case "close":
            return "Saved. This household needs no other conversation."
        case "hand_over":
            return f"Saved. The local team takes it from here: {decision.reason}."
        case "move":
            return f"Saved. Passed on: {decision.reason}."
    people = f" {remaining} still to be spoken with." if remaining else ""
    if decision.until is None:
        return f"Saved: {decision.reason}.{people}"
    local = decision.until.astimezone(terms.zone())
    return (
        f"Saved. It rests until {local:%H:%M} on {spell(local.date())}: {decision.reason}.{people}"
    )
