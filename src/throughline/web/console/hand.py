"""What a handler has in hand: themselves, the lease, the household, the person spoken with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import wraps
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from throughline.calling.actions import heartbeat
from throughline.calling.errors import LeaseLost
from throughline.calling.queries import Lease, queue_waiting, terms
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.errors import NotFound, Problem
from throughline.core.roles import Role
from throughline.tracing.access import sight_in_act, sight_of_lease
from throughline.tracing.actions.conversation import begin, hold
from throughline.tracing.errors import ConversationOver
from throughline.tracing.queries.cards import Conversation, InterviewState, SubjectLine
from throughline.tracing.queries.conversation import household_in_hand
from throughline.tracing.queries.in_hand import talk_in_hand
from throughline.tracing.queries.interviews import Talk as Spoken
from throughline.web.console import words
from throughline.web.console.pieces import NOTHING_WRONG, Agent, Trouble
from throughline.web.console.reading import Posted
from throughline.web.console.screen import Screen
from throughline.web.doors import open_to, person
from throughline.workforce.actions import set_state
from throughline.workforce.errors import NotAnAgent
from throughline.workforce.models import JobRole
from throughline.workforce.queries import state_of

GONE = "This conversation has ended or was taken up by someone else; what you had saved is kept with it."


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Who acts, on which lease, at which moment."""

    by: UUID
    lease: Lease
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Talk:
    """The household as it may be seen now, and the person of it in hand."""

    conversation: Conversation
    subject: SubjectLine
    interview: InterviewState


class NobodyLeft(Problem):
    """The household has no open subject any more: the start page puts it down."""

    code = "nobody_left"

    def __init__(self) -> None:
        super().__init__(
            "Nobody in this household is left to speak with. Go to your start page; it puts the "
            "conversation down and lets you take the next."
        )


# What the last conversation's end is told as, on the page after it.
SAID = "console_said"
View = Callable[[HttpRequest, Hand], HttpResponse]


def in_hand(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Run a POST of the conversation that its form was drawn for, and say so when it is another's now.

    A refusal is noted on the request, so that its transaction leaves no half of a change.
    """

    @require_POST
    @open_to(JobRole.HANDLER, JobRole.LOCAL)
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        at = clock.now()
        try:
            by = person(request).id
            lease = _kept(lease_meant(request), by, at)
            # Held from here on, so that no act within has to find it to hold again.
            hold(lease, by=by, at=at)
            return view(request, Hand(by=by, lease=lease, at=at))
        except (LeaseLost, ConversationOver) as problem:
            request.refused = problem  # type: ignore[attr-defined]
            return lost(request, problem.sentence)

    return guarded


def lease_meant(request: HttpRequest) -> Lease:
    """Return the lease in hand, if it is the one that the form was drawn for. Raises LeaseLost."""
    lease: Lease | None = request.lease  # type: ignore[attr-defined]
    meant = (request.POST.get("item", ""), request.POST.get("fence", ""))
    if lease is None or meant != (str(lease.item_ref), str(lease.fence)):
        raise LeaseLost(GONE)
    return lease


def _kept(lease: Lease, by: UUID, at: datetime) -> Lease:
    """Extend a lease that was not extended lately: whoever saves is there, with or without scripts."""
    lasts = terms(at).lease
    if lease.lease_until - at > timedelta(seconds=lasts.seconds - lasts.heartbeat_seconds):
        return lease
    until = heartbeat(item_id=lease.item_id, fence=lease.fence, by=by, at=at)
    return replace(lease, lease_until=until)


def talk_with(hand: Hand, ref: str = "") -> Talk:
    """Return the household, and the person named or else the one last spoken with, begun if need be."""
    sight = sight_in_act(user_id=hand.by, lease=hand.lease, at=hand.at)
    conversation = household_in_hand(sight, lease=hand.lease, at=hand.at)
    subject = _subject(conversation, ref)
    if subject.interview is None:
        begin(
            lease=hand.lease,
            subject_kind=subject.kind,
            subject_id=subject.id,
            by=hand.by,
            at=hand.at,
        )
        conversation = household_in_hand(sight, lease=hand.lease, at=hand.at)
        subject = _subject(conversation, str(subject.ref))
    if subject.interview is None:
        raise NotFound
    return Talk(conversation=conversation, subject=subject, interview=subject.interview)


def spoken_with(hand: Hand, ref: str = "") -> Spoken:
    """Return no more than the interview with them: for an act that draws the household afterwards, or not."""
    sight = sight_in_act(user_id=hand.by, lease=hand.lease, at=hand.at)
    found = talk_in_hand(sight, lease=hand.lease, subject_ref=ref, at=hand.at)
    if found is None:
        # Not begun yet, or nobody to be spoken with: that is said in one place.
        begun = talk_with(hand, ref).subject.ref
        found = talk_in_hand(sight, lease=hand.lease, subject_ref=str(begun), at=hand.at)
    if found is None:
        raise NotFound
    return found


def _subject(conversation: Conversation, ref: str) -> SubjectLine:
    """Whoever is asked for; else whom the last save was about; else the first who waits."""
    open_ones = [one for one in conversation.subjects if one.interview or one.state == "waiting"]
    if not open_ones:
        raise NobodyLeft
    if ref:
        for one in open_ones:
            if str(one.ref) == ref:
                return one
        raise NotFound
    begun = [one for one in open_ones if one.interview]
    return max(begun, key=_saved_at) if begun else open_ones[0]


def _saved_at(subject: SubjectLine) -> datetime:
    assert subject.interview is not None  # noqa: S101  # those without were left out
    return subject.interview.saved_at


def draw(
    request: HttpRequest,
    hand: Hand,
    *,
    trouble: Trouble = NOTHING_WRONG,
    focus: str = "question",
    ref: str | None = None,
    talk: Talk | None = None,
) -> HttpResponse:
    """Draw the conversation: alone to htmx, else as a page. What was refused makes it a 422."""
    request.personal = True  # type: ignore[attr-defined]
    wanted = request.POST.get("subject", request.GET.get("subject", "")) if ref is None else ref
    talk = talk or talk_with(hand, wanted)
    if request.method != "POST" or trouble is not NOTHING_WRONG:
        # An act that was done has its own entry; whatever else shows the household is a look at it.
        sight_of_lease(user_id=hand.by, lease=hand.lease, at=hand.at)
    screen = Screen(
        lease=hand.lease,
        conversation=talk.conversation,
        subject=talk.subject,
        interview=talk.interview,
        agent=agent_of(hand.by, hand.at),
        at=hand.at,
        trouble=trouble,
        focus=focus,
        said=request.session.pop(SAID, ""),
    )
    alone = request.headers.get("HX-Request") == "true"
    name = "console/fragment.html" if alone else "console/conversation.html"
    status = 200 if trouble is NOTHING_WRONG else 422
    context = {"screen": screen, "heartbeat_seconds": terms(hand.at).lease.heartbeat_seconds}
    return render(request, name, context, status=status)


def lost(request: HttpRequest, sentence: str) -> HttpResponse:
    """Say in one sentence that somebody else goes on; what is typed stays on the page."""
    user = person(request)
    at = clock.now()
    screen = {
        "problem": sentence,
        "at": at,
        "agent": agent_of(user.id, at),
        "queue_title": "No conversation",
        "ringing": None,
    }
    if request.headers.get("HX-Request") == "true":
        answer = render(request, "console/parts/lost.html", {"screen": screen}, status=409)
        answer.headers["HX-Retarget"] = "#lost"
        answer.headers["HX-Reswap"] = "innerHTML"
        return answer
    return render(request, "console/lost.html", {"screen": screen}, status=409)


def agent_of(user_id: UUID, at: datetime) -> Agent:
    """Return what the handler is doing, for the state bar."""
    with acting(Role.DISPATCH, user=user_id):
        doing = state_of(user_id)
    state, code, since = (doing.state, doing.code, doing.since) if doing else ("available", "", at)
    title, kind = words.STATES.get(state, (state, "off"))
    return Agent(state=state, code=code, title=title, kind=kind, since=since)


def now_doing(user_id: UUID, state: str, *, at: datetime, code: str = "") -> None:
    """Note what the handler does now; an idle spell says whether there was work for them."""
    waiting = None
    if state == "available":
        with acting(Role.DISPATCH, user=user_id):
            waiting = queue_waiting(user_id, at)
    try:
        with transaction.atomic():
            set_state(user_id=user_id, state=state, code=code, at=at, queue_waiting=waiting)
    except NotAnAgent:
        # A local team's member may look after conversations without being counted as an agent.
        return


def posted(request: HttpRequest) -> Posted:
    """Return everything that was posted, by field name."""
    return {name: [str(one) for one in request.POST.getlist(name)] for name in request.POST}
