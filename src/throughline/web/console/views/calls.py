"""Ringing: the attempt is charged first, then the number goes to the telephone. And numbers that are wrong."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from throughline.calling.actions import start_attempt
from throughline.calling.errors import AllowanceSpent
from throughline.core.errors import NotFound
from throughline.tracing.actions.conversation import correct_number, mark_number_wrong
from throughline.tracing.errors import AnswerRefused
from throughline.tracing.queries.cards import PhoneLine
from throughline.web.console.hand import Hand, Talk, draw, in_hand, now_doing, posted, talk_with
from throughline.web.console.pieces import Trouble


@in_hand
def attempt(request: HttpRequest, hand: Hand) -> HttpResponse:
    """Charge the call and show its `tel:` link; when no call is allowed, say until when."""
    talk = talk_with(hand, request.POST.get("subject", ""))
    phone = _phone(request, talk)
    try:
        with transaction.atomic():
            start_attempt(
                lease=hand.lease,
                person_id=talk.subject.person.person_id,
                subject=talk.subject.called_as,
                subject_id=talk.subject.id,
                endpoint_id=phone.endpoint_id,
                channel="call",
                by=hand.by,
                at=hand.at,
            )
    except AllowanceSpent as spent:
        return draw(
            request, hand, talk=talk, trouble=Trouble(sentence=spent.sentence), focus="none"
        )
    now_doing(hand.by, "on_call", at=hand.at)
    return _drawn(request, hand, "dial")


@in_hand
def number(request: HttpRequest, hand: Hand) -> HttpResponse:
    """Mark a number wrong, or add the right one, without leaving the conversation."""
    talk = talk_with(hand, request.POST.get("subject", ""))
    if request.POST.get("do") == "wrong":
        detail = _phone(request, talk).detail_id
        mark_number_wrong(lease=hand.lease, detail_id=detail, by=hand.by, at=hand.at)
        return _drawn(request, hand, "person")
    try:
        with transaction.atomic():
            correct_number(
                lease=hand.lease,
                person_ref=talk.subject.person.person_ref,
                phone=request.POST.get("number", ""),
                by=hand.by,
                at=hand.at,
            )
    except AnswerRefused as refused:
        trouble = Trouble(number=refused.sentence, posted=posted(request))
        return draw(request, hand, talk=talk, trouble=trouble, focus="none")
    return _drawn(request, hand, "person")


@in_hand
def heartbeat(request: HttpRequest, hand: Hand) -> HttpResponse:
    """Keep the conversation while its page is open."""
    # `in_hand` has found the lease to hold and extended it.
    return HttpResponse(status=204)


def _phone(request: HttpRequest, talk: Talk) -> PhoneLine:
    """Return the number asked for, if it is one of this person's that may be rung."""
    for phone in talk.subject.person.phones:
        if str(phone.detail_id) == request.POST.get("phone") and not phone.wrong:
            return phone
    raise NotFound


def _drawn(request: HttpRequest, hand: Hand, focus: str) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return draw(request, hand, focus=focus)
    return redirect(f"/conversation/?focus={focus}&subject={request.POST.get('subject', '')}")
