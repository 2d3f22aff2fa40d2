"""Whether two persons are one: the list, the likeliest first, and one pair side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.core import clock
from throughline.core.sight import Sight
from throughline.tracing.access import look_at_list
from throughline.tracing.actions.persons import answer_question
from throughline.tracing.errors import CannotJoin
from throughline.tracing.queries.case_cards import QuestionRow
from throughline.tracing.queries.cases import open_questions
from throughline.tracing.queries.cases import question as one_question
from throughline.tracing.queries.joins import Preview, preview_of_join
from throughline.web.authority.questions.pages import (
    because,
    certainty,
    if_different,
    if_same,
    sides,
)
from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole

DONE = {
    "same": "They are one person now. The join can be undone.",
    "later": "They are joined as soon as the conversation that is going on has ended.",
    "different": "They stay two persons, and are not asked about again.",
}


class AnswerForm(forms.Form):
    """Same or different."""

    answer = forms.ChoiceField(
        label="Are they one person?",
        choices=[("same", "Yes, the same person"), ("different", "No, two persons")],
        error_messages={"required": "Choose whether they are one person."},
    )


@require_safe
@open_to(JobRole.AUTHORITY)
def questions(request: HttpRequest) -> HttpResponse:
    """List the open questions."""
    at = clock.now()
    rows = look_at_list(
        user=person(request),
        why="question",
        at=at,
        read=lambda sight: open_questions(sight, at=at),
    )
    request.personal = True  # type: ignore[attr-defined]
    if done := DONE.get(request.GET.get("done", "")):
        request.flashes = (("good", done),)  # type: ignore[attr-defined]
    page = {"rows": rows, "because": because, "certainty": certainty, "at": at}
    return render(request, "authority/questions/questions.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(JobRole.AUTHORITY)
def question(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Show one pair, and take the answer."""
    at, user = clock.now(), person(request)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        try:
            joined = answer_question(question_id=question_id, answer=answer, by=user.id, at=at)
            done = "later" if answer == "same" and not joined else answer
            return redirect(f"{reverse('questions')}?done={done}")
        except CannotJoin as refused:
            form.add_error("answer", refused.sentence)
    (found,) = look_at_list(
        user=user,
        why="question",
        at=at,
        read=lambda sight: [_with_preview(sight, question_id, at)],
    )
    request.personal = True  # type: ignore[attr-defined]
    page = {
        "question": found.question,
        "sides": sides(found.question),
        "same": if_same(found.preview),
        "different": if_different(found.preview),
        "certainty": certainty,
        "form": form,
        "at": at,
    }
    status = 422 if form.errors else 200
    return render(request, "authority/questions/question.html", page, status=status)


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """A question with what follows from its answers."""

    question: QuestionRow
    preview: Preview

    @property
    def persons(self) -> tuple[UUID, ...]:
        return self.question.persons


def _with_preview(sight: Sight, question_id: UUID, at: datetime) -> _Pair:
    found = one_question(sight, question_id=question_id, at=at)
    preview = preview_of_join(
        sight, newer_id=found.newer.person_id, older_id=found.older.person_id, at=at
    )
    return _Pair(question=found, preview=preview)
