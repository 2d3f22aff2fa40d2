"""Between conversations: ready for the next one, on a break, or told why there is none."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from throughline.calling.actions import claim_next, put_down
from throughline.calling.queries import Lease, why_empty
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.errors import NotPermitted
from throughline.core.roles import Role
from throughline.web.console import words
from throughline.web.console.hand import (
    SAID,
    Hand,
    NobodyLeft,
    agent_of,
    draw,
    now_doing,
    talk_with,
)
from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole

# What a handler says of themselves; the rest follows from what they do.
OWN_STATES = frozenset({"available", "break", "raised_hand", "lower_hand", "wrap_up"})
RESTING = frozenset({"available", "break", "raised_hand", "training", "meeting", "system_down"})


@require_safe
@open_to(JobRole.HANDLER, JobRole.LOCAL)
def conversation(request: HttpRequest) -> HttpResponse:
    """The conversation in hand, or the page between two."""
    at, user = clock.now(), person(request)
    lease: Lease | None = request.lease  # type: ignore[attr-defined]
    if lease is None:
        return _between(request)
    hand = Hand(by=user.id, lease=lease, at=at)
    if agent_of(user.id, at).state in RESTING - {"raised_hand"}:
        now_doing(user.id, "preview", at=at)
    try:
        return draw(request, hand, focus=request.GET.get("focus", "person"))
    except NobodyLeft:
        put_down(lease=lease, by=user.id, at=at)
        now_doing(user.id, "available", at=at)
        return redirect("conversation")


@require_POST
@open_to(JobRole.HANDLER, JobRole.LOCAL)
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the conversation that is wanted most; asked twice it is the same one."""
    user, at = person(request), clock.now()
    lease = claim_next(user_id=user.id, at=at)
    if lease is None:
        now_doing(user.id, "available", at=at)
        return redirect("/conversation/?empty=1")
    now_doing(user.id, "preview", at=at)
    return redirect("conversation")


@require_POST
@open_to(JobRole.HANDLER, JobRole.LOCAL)
def change_state(request: HttpRequest) -> HttpResponse:
    """Raise or lower a hand, take a break, come back, or say that the call has ended."""
    wanted, at, user = request.POST.get("state", ""), clock.now(), person(request)
    if wanted not in OWN_STATES:
        raise NotPermitted(
            "That state follows from what you do; choose ready, a break or a raised hand."
        )
    code = request.POST.get("code", words.BREAKS[0][0]) if wanted == "break" else ""
    if wanted == "break" and code not in dict(words.BREAKS):
        raise NotPermitted("There is no such break; choose one of those in the list.")
    if wanted == "lower_hand":
        wanted = _without_the_hand(request, at)
    now_doing(user.id, wanted, at=at, code=code)
    return redirect("/conversation/?focus=question")


def _without_the_hand(request: HttpRequest, at: datetime) -> str:
    """What the handler does once the hand is lowered: talks if a call goes on, else reads or is ready."""
    lease: Lease | None = request.lease  # type: ignore[attr-defined]
    if lease is None:
        return "available"
    talk = talk_with(Hand(by=person(request).id, lease=lease, at=at))
    return "on_call" if any(one.open for one in talk.conversation.attempts) else "preview"


def _between(request: HttpRequest) -> HttpResponse:
    at, user = clock.now(), person(request)
    if agent_of(user.id, at).state not in RESTING:
        now_doing(user.id, "available", at=at)
    agent = agent_of(user.id, at)
    empty = ""
    if "empty" in request.GET:
        with acting(Role.DISPATCH, user=user.id):
            empty = why_empty(user.id, at).sentence
    screen = {
        "agent": agent,
        "at": at,
        "queue_title": "No conversation",
        "ringing": None,
        "problem": "",
        "said": request.session.pop(SAID, ""),
        "empty": empty,
        "breaks": words.BREAKS,
        "break_title": dict(words.BREAKS).get(agent.code, "Break"),
    }
    return render(request, "console/ready.html", {"screen": screen})
