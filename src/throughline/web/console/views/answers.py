"""The script: answered as it is talked through, saved at each change, gone through both ways."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from throughline.core.errors import NotFound, Stale
from throughline.definitions.forms.script import Step
from throughline.definitions.interview import path
from throughline.tracing.actions.conversation import (
    Saved,
    confirm_identity,
    go_to_step,
    save_answer,
)
from throughline.tracing.errors import AnswerRefused
from throughline.tracing.queries.interviews import Talk, asked_of, shown_answers
from throughline.web.console.days import Unreadable, read_birth_day
from throughline.web.console.hand import Hand, draw, in_hand, posted, spoken_with
from throughline.web.console.pieces import Trouble, today_at
from throughline.web.console.question import read_as
from throughline.web.console.reading import NotAnswered, read_answer

SUBJECT = "subject"
TWO = "Write at least two of these, as they say them."
FAILED = {"birth_date": "", "postcode": "", "full_name": "", "age": ""}


@in_hand
def answer(request: HttpRequest, hand: Hand) -> HttpResponse:
    """Save the answer; `go` says whether to go on or back, without it the question stays."""
    talk = spoken_with(hand, request.POST.get(SUBJECT, ""))
    step, go = _step(talk, request.POST.get("step", "")), request.POST.get("go", "")
    try:
        saved = _save(request, hand, talk, step)
    except NotAnswered as nothing:
        if not go:
            return HttpResponse(status=204)
        if go == "on":
            return draw(request, hand, trouble=_refused(request, str(nothing)))
        saved = None
    except (Unreadable, AnswerRefused, Stale) as refused:
        if go == "back":
            saved = None
        elif go:
            return _again(request, hand, refused)
        else:
            return _noted(
                request, talk.interview.revision, step, today=today_at(hand.at), error=str(refused)
            )
    if go == "back":
        return _back(request, hand, talk)
    if go == "on":
        return _drawn(request, hand)
    assert saved is not None  # noqa: S101  # only a refused answer, dealt with above, is not saved
    return _noted(request, saved.revision, step, today=today_at(hand.at))


@in_hand
def go_to(request: HttpRequest, hand: Hand) -> HttpResponse:
    """Go back to a question that was answered before."""
    talk = spoken_with(hand, request.POST.get(SUBJECT, ""))
    _go(hand, talk, request.POST.get("step", ""))
    return _drawn(request, hand)


@in_hand
def check_identity(request: HttpRequest, hand: Hand) -> HttpResponse:
    """Compare what they said with what is kept; say whether enough of it matches, never what."""
    talk = spoken_with(hand, request.POST.get(SUBJECT, ""))
    do = request.POST.get("do", "check")
    if do == "back":
        return _back(request, hand, talk)
    try:
        given = _identifiers(request, talk, hand) if do == "check" else FAILED
    except (Unreadable, NotAnswered) as refused:
        return draw(request, hand, trouble=_refused(request, str(refused)))
    confirm_identity(
        lease=hand.lease, interview_ref=talk.interview.ref, given=given, by=hand.by, at=hand.at
    )
    return _drawn(request, hand)


@in_hand
def switch(request: HttpRequest, hand: Hand) -> HttpResponse:
    """Go on with another person of the household, in the same conversation."""
    talk = spoken_with(hand, request.POST.get(SUBJECT, ""))
    # Noted as the latest, so that whoever resumes resumes with them.
    _go(hand, talk, talk.interview.step)
    return redirect(f"/conversation/?subject={talk.subject.ref}")


def _save(request: HttpRequest, hand: Hand, talk: Talk, step: Step) -> Saved:
    values = {}
    if step.question is not None:
        values = read_answer(step.question, posted(request), today=today_at(hand.at))
        if step.question.type == "visits_grid" and "go" not in request.POST:
            # A row in the making is kept once it names a place; it stands on the page until then.
            values["value"] = [one for one in values["value"] if one["name"] or one["kind"]]
    revision = request.POST.get("revision", "")
    return save_answer(
        lease=hand.lease,
        interview_ref=talk.interview.ref,
        step_id=step.id,
        values=values,
        expecting=int(revision) if revision.isdecimal() else None,
        by=hand.by,
        at=hand.at,
        # Saved by itself: whoever resumes stands at this question, not at the next.
        stays=not request.POST.get("go"),
    )


def _step(talk: Talk, step_id: str) -> Step:
    found = next((one for one in talk.script.step if one.id == step_id), None)
    if found is None:
        raise NotFound
    return found


def _go(hand: Hand, talk: Talk, step_id: str) -> None:
    go_to_step(
        lease=hand.lease,
        interview_ref=talk.interview.ref,
        step_id=step_id,
        by=hand.by,
        at=hand.at,
    )


def _back(request: HttpRequest, hand: Hand, talk: Talk) -> HttpResponse:
    before = previous_step(talk, request.POST.get("step", talk.interview.step))
    if before:
        _go(hand, talk, before)
    return _drawn(request, hand)


def previous_step(talk: Talk, step_id: str) -> str:
    """Return the step that shows before this one, or nothing at the first."""
    before = ""
    for step in path(talk.script, shown_answers(talk), talk.flags):
        if step.id == step_id:
            break
        before = step.id
    return before


def _drawn(request: HttpRequest, hand: Hand) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return draw(request, hand)
    return redirect(f"/conversation/?focus=question&subject={request.POST.get(SUBJECT, '')}")


def _again(request: HttpRequest, hand: Hand, refused: Exception) -> HttpResponse:
    return draw(request, hand, trouble=_refused(request, str(refused)))


def _refused(request: HttpRequest, sentence: str) -> Trouble:
    return Trouble(answer=sentence, posted=posted(request))


def _noted(
    request: HttpRequest, revision: int, step: Step, *, today: date, error: str = ""
) -> HttpResponse:
    question = step.question
    value = None
    if question is not None and question.type == "date" and not error:
        try:
            value = read_answer(question, posted(request), today=today).get("value")
        except (NotAnswered, Unreadable):
            value = None
    context = {
        "revision": revision,
        "dated": question is not None and question.type == "date",
        "read_as": read_as(question, value) if question and value else "",
        "shown": question is not None and question.type != "identity",
        "error": error,
    }
    return render(request, "console/parts/saved.html", context, status=422 if error else 200)


def _identifiers(request: HttpRequest, talk: Talk, hand: Hand) -> dict[str, str]:
    asks = asked_of(talk)
    given = {name: request.POST.get(name, "").strip() for name in asks}
    if sum(bool(one) for one in given.values()) < min(2, len(asks)):
        raise NotAnswered(TWO)
    if given.get("birth_date"):
        born = read_birth_day(given["birth_date"], today=today_at(hand.at))
        given["birth_date"] = born.isoformat()
    return given
