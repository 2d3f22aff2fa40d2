"""Around each address of the door: the caller is known before anything is read, and every failure has its answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from throughline.core import clock
from throughline.core.context import transaction_as
from throughline.core.errors import NotFound, Problem
from throughline.core.remembering import remembering
from throughline.core.roles import Role
from throughline.intake.actions.keys import NOTED_EVERY, note_use
from throughline.intake.errors import NotStored
from throughline.intake.queries.keys import KnownKey
from throughline.web.door.answers import FHIR, PROBLEM, answer, outcome, problem
from throughline.web.door.callers import caller
from throughline.web.door.denied import Denied, denied

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, KnownKey, P], HttpResponse]

log = logging.getLogger("throughline.door")

RETRY = {"Retry-After": "5"}
NO_DATABASE = "The service's database does not answer, so nothing of the message is kept: send it again in a few seconds."


def for_senders(
    method: str, *, speaks_fhir: bool = False
) -> Callable[[View[P]], Callable[Concatenate[HttpRequest, P], HttpResponse]]:
    """Let in whoever shows a valid key. No transaction is open while a body is read from a slow sender."""

    def guard(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            try:
                _check_method(request, method)
                with remembering():
                    key = caller(request, at=clock.now())
                    found = view(request, key, *args, **kwargs)
                    _note(key)
            except Denied as refusal:
                return _refusal(refusal, speaks_fhir=speaks_fhir)
            except Exception as error:
                return _refusal(_failure(error), speaks_fhir=speaks_fhir)
            return found

        return guarded  # type: ignore[return-value]  # `wraps` keeps the view's own shape

    return guard


def _check_method(request: HttpRequest, method: str) -> None:
    if request.method != method and not (method == "GET" and request.method == "HEAD"):
        raise denied(
            405,
            "not-supported",
            f"{request.method} is not taken at this address; {method} is.",
            headers={"Allow": method},
        )


def _note(key: KnownKey) -> None:
    at = clock.now()
    if key.last_used_at is None or key.last_used_at <= at - NOTED_EVERY:
        with transaction_as(Role.INTAKE):
            note_use(key_id=key.id, at=at)


def _failure(error: Exception) -> Denied:
    """Whatever went wrong, as an answer; of a fault of ours nothing but its kind is told or logged."""
    if isinstance(error, NotStored):
        return denied(503, "transient", error.sentence, headers=RETRY)
    if isinstance(error, NotFound):
        return denied(
            404,
            "not-found",
            "There is no such message of yours. Check the reference in its receipt.",
        )
    if isinstance(error, Problem):
        return denied(422, "business-rule", error.sentence)
    if isinstance(error, (OperationalError, InterfaceError)):
        return denied(503, "transient", NO_DATABASE, headers=RETRY)
    log.error("the door failed", exc_info=error)
    return denied(
        500,
        "exception",
        "The service failed on this message, which is no fault of the sender's. Unless you have a receipt, "
        "send it again; if it happens twice, tell the authority the time.",
    )


def _refusal(refusal: Denied, *, speaks_fhir: bool) -> HttpResponse:
    if speaks_fhir:
        body, media = outcome(refusal.issues), FHIR
    else:
        body, media = problem(refusal.status, refusal.issues), PROBLEM
    return answer(body, status=refusal.status, media=media, headers=refusal.headers)
