"""The centre at work: rows mended or rejected in quarantine, questions answered. The newest are left to the visitor."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.cli.demonstration.truth import Truth
from throughline.core.context import acting
from throughline.core.errors import Problem
from throughline.core.roles import Role
from throughline.intake.actions import correct_row, reject_row
from throughline.intake.models import Quarantined
from throughline.intake.queries.quarantine import columns_of
from throughline.people.models import MatchQuestion
from throughline.rehearsal.layout import COLUMNS
from throughline.tracing.actions.persons import answer_question
from throughline.workforce.models import User

# What came in the last days waits for the visitor.
LEFT_ROWS = timedelta(hours=30)
LEFT_QUESTIONS = timedelta(days=6)
BETWEEN = timedelta(minutes=4)
REASON = "The laboratory could not say what was meant; it was asked to send the row again."


class Office:
    """The authority's desk, an hour of it each morning."""

    def __init__(self, truth: Truth, user: User, *, end: datetime) -> None:
        """Know when the visitor comes."""
        self.truth, self.user, self.end = truth, user, end

    def work(self, at: datetime) -> None:
        """Work what waits, the oldest first, and leave what came last."""
        for ref in self._rows(at):
            self._row(ref, at)
            at += BETWEEN
        if at < self.end - LEFT_QUESTIONS:
            for question, same in self._questions():
                self._answer(question, at, same=same)
                at += BETWEEN

    def _rows(self, at: datetime) -> list[UUID]:
        if at > self.end - LEFT_ROWS:
            return []
        with transaction.atomic(), acting(Role.AUTHORITY, user=self.user.id):
            open_rows = Quarantined.objects.filter(state="open", at__lte=at).order_by("at", "id")
            return list(open_rows.values_list("ref", flat=True)[:8])

    def _row(self, ref: UUID, at: datetime) -> None:
        with transaction.atomic(), acting(Role.AUTHORITY, user=self.user.id):
            row = Quarantined.objects.select_related("message").get(ref=ref)
            report = columns_of(row).get(COLUMNS[0], "")
            person_id = self.truth.town.truth.get(report)
            mended = self._mended(row.column, person_id)
            try:
                if mended is not None:
                    with transaction.atomic():
                        correct_row(ref=ref, values={row.column: mended}, by=self.user.id, at=at)
                    return
            except Problem:
                # Something else is wrong with it too.
                pass
            reject_row(ref=ref, reason=REASON, by=self.user.id, at=at)

    def _mended(self, column: str, person_id: str | None) -> str | None:
        """Return what the laboratory says on the telephone, for most rows."""
        if person_id is None:
            return None
        person = self.truth.town.person[person_id]
        return {
            "birth_date": person.birth_on.isoformat() if person.number % 5 else None,
            "given_name": person.given_name,
            "family_name": person.family_name,
        }.get(column)

    def _questions(self) -> list[tuple[UUID, bool]]:
        with transaction.atomic(), acting(Role.AUTHORITY, user=self.user.id):
            found = list(MatchQuestion.objects.filter(answer__isnull=True).order_by("asked_at")[:2])
        answers = []
        for one in found:
            newer, older = self.truth.person(one.newer_id), self.truth.person(one.older_id)
            if newer is not None and older is not None:
                answers.append((one.id, newer.id == older.id))
        return answers

    def _answer(self, question: UUID, at: datetime, *, same: bool) -> None:
        with transaction.atomic(), acting(Role.AUTHORITY, user=self.user.id):
            answer_question(
                question_id=question,
                answer="same" if same else "different",
                by=self.user.id,
                at=at,
            )
