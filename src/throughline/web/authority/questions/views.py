"""Whether two persons are one: the list, the likeliest first, and one pair side by side."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.core import clock
from throughline.tracing.access import look_at_list
from throughline.tracing.actions.persons import answer_question
from throughline.tracing.queries.cases import open_questions
from throughline.tracing.queries.cases import question as one_question
from throughline.web.authority.questions.pages import because, sides
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
    page = {"rows": rows, "because": because, "at": at}
    return render(request, "authority/questions/questions.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(JobRole.AUTHORITY)
def question(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Show one pair, and take the answer."""
    at, user = clock.now(), person(request)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data["answer"]
        joined = answer_question(question_id=question_id, answer=answer, by=user.id, at=at)
        done = "later" if answer == "same" and not joined else answer
        return redirect(f"{reverse('questions')}?done={done}")
    (found,) = look_at_list(
        user=user,
        why="question",
        at=at,
        read=lambda sight: [one_question(sight, question_id=question_id, at=at)],
    )
    request.personal = True  # type: ignore[attr-defined]
    page = {"question": found, "sides": sides(found), "form": form, "at": at}
    status = 422 if form.errors else 200
    return render(request, "authority/questions/question.html", page, status=status)
