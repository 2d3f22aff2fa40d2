"""Sessions end, and nobody gets anywhere without a second factor.

Both read session and sign-in tables, so they run while the transaction still acts as r_login: after
authentication, before the role of the user is taken.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from throughline.core.clock import now
from throughline.web.signin.adapters import BEGAN, SEEN
from throughline.web.signin.limits import Ended, ended, worth_writing

Answer = Callable[[HttpRequest], HttpResponse]

# A request that the person did not cause says so, and does not keep the session.
PASSIVE = "Throughline-Passive"
CONFIRMED = "second_factor"
OPEN_NAMES = (
    "account_login", "account_logout", "account_inactive", "account_reauthenticate",
    "mfa_activate_totp", "mfa_authenticate", "mfa_reauthenticate", "session_extend",
)  # fmt: skip


class SessionLimits:
    """Ends a session after 30 idle minutes or 12 hours."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        at = now()
        why = _why_ended(request, at)
        if why is not None:
            request.session_ended = why  # type: ignore[attr-defined]  # for the journal
            logout(request)
            return _away(request, ended=why)
        seen = datetime.fromisoformat(request.session[SEEN])
        if PASSIVE not in request.headers and worth_writing(seen=seen, at=at):
            request.session[SEEN] = at.isoformat()
        return self.get_response(request)


class SecondFactor:
    """Sends a user without an authenticator to set one up, and nowhere else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated or _has_second_factor(request):
            return self.get_response(request)
        if request.path in {reverse(name) for name in OPEN_NAMES}:
            return self.get_response(request)
        return HttpResponseRedirect(reverse("mfa_activate_totp"))


def _why_ended(request: HttpRequest, at: datetime) -> Ended | None:
    if BEGAN not in request.session or SEEN not in request.session:
        return Ended.LONG
    return ended(
        began=datetime.fromisoformat(request.session[BEGAN]),
        seen=datetime.fromisoformat(request.session[SEEN]),
        at=at,
    )


def _has_second_factor(request: HttpRequest) -> bool:
    if request.session.get(CONFIRMED) == str(request.user.pk):
        return True
    if not Authenticator.objects.filter(
        user_id=request.user.pk, type=Authenticator.Type.TOTP
    ).exists():
        return False
    request.session[CONFIRMED] = str(request.user.pk)
    return True


def _away(request: HttpRequest, *, ended: Ended) -> HttpResponse:
    address = f"{reverse('account_login')}?{urlencode({'ended': ended, 'next': request.path})}"
    if request.headers.get("HX-Request") == "true":
        # htmx would put the sign-in page into a corner of this one; this header leaves the page.
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)
