"""How the conversation ended, once, and what the handler does next."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_POST

from throughline.calling.actions import claim_next, put_down
from throughline.calling.errors import LeaseLost, OutcomeIncomplete, OutcomeUnknown
from throughline.calling.queries import outcomes
from throughline.core import clock
from throughline.tracing.actions.conversation import end_conversation
from throughline.tracing.errors import AnswerRefused, ConversationOver
from throughline.tracing.queries.done import ended_before
from throughline.web.console import words
from throughline.web.console.days import Unreadable, read_moment
from throughline.web.console.hand import SAID, Hand, draw, lease_meant, lost, now_doing
from throughline.web.console.pieces import Ending, Trouble
from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole

CHOOSE = "Choose how the conversation ended."


@require_POST
@open_to(JobRole.HANDLER, JobRole.LOCAL)
def end(request: HttpRequest) -> HttpResponse:
    """Record the outcome and go on. The form's key makes a second click of it do nothing."""
    at, user = clock.now(), person(request)
    then = request.POST.get("then", "")
    key = _key(request)
    try:
        hand = Hand(by=user.id, lease=lease_meant(request), at=at)
        if then == "put_back":
            with transaction.atomic():
                put_down(lease=hand.lease, by=hand.by, at=at)
            request.session[SAID] = "The conversation was put back; no attempt is counted."
            now_doing(user.id, "available", at=at)
            return redirect("conversation")
        with transaction.atomic():
            request.session[SAID] = _end(request, hand, key)
    except (LeaseLost, ConversationOver) as problem:
        if then == "put_back":
            return redirect("conversation")
        if not ended_before(key, by=user.id):
            return lost(request, problem.sentence)
    except (OutcomeIncomplete, OutcomeUnknown, AnswerRefused, Unreadable) as refused:
        trouble = Trouble(outcome=str(refused), ending=_entered(request))
        return draw(request, hand, trouble=trouble, focus="outcome")
    return _go_on(then, by=user.id, at=at)


def _end(request: HttpRequest, hand: Hand, key: UUID) -> str:
    outcome = request.POST.get("outcome", "")
    if not outcome:
        raise OutcomeIncomplete(CHOOSE)
    return end_conversation(
        lease=hand.lease,
        outcome=outcome,
        callback_at=_callback(request, outcome, hand.at),
        callback_mine=request.POST.get("callback_who") == "mine",
        language=request.POST.get("language") or None,
        note=request.POST.get("note", ""),
        by=hand.by,
        at=hand.at,
        key=key,
    ).sentence


def _callback(request: HttpRequest, outcome: str, at: datetime) -> datetime | None:
    """Return the time promised, where the outcome asks for one; it lies ahead."""
    asks = {one.code: one.requires for one in outcomes(at).outcome}.get(outcome, ())
    if "callback_time" not in asks:
        return None
    day, time = request.POST.get("callback_day", ""), request.POST.get("callback_time", "")
    zone = get_current_timezone()
    found = read_moment(day, time, zone=zone)
    if found <= at:
        now = at.astimezone(zone)
        raise Unreadable(f"{found:%H:%M} has passed; it is {now:%H:%M} now. Choose a later time.")
    return found


def _go_on(then: str, *, by: UUID, at: datetime) -> HttpResponse:
    if then == "break":
        now_doing(by, "break", at=at, code=words.BREAKS[0][0])
        return redirect("conversation")
    lease = claim_next(user_id=by, at=at)
    now_doing(by, "preview" if lease else "available", at=at)
    return redirect("conversation") if lease else redirect("/conversation/?empty=1")


def _key(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise OutcomeUnknown(
            "The form is not whole; load the page again and save once more."
        ) from None


def _entered(request: HttpRequest) -> Ending:
    entered = request.POST
    return Ending(
        outcome=entered.get("outcome", ""),
        day=entered.get("callback_day", ""),
        time=entered.get("callback_time", ""),
        who=entered.get("callback_who", "anyone"),
        language=entered.get("language", ""),
        note=entered.get("note", ""),
        key=entered.get("key", ""),
    )
