"""Pages of signing in, over allauth's views."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView as AllauthLogin
from allauth.account.views import LogoutView as AllauthLogout
from allauth.account.views import ReauthenticateView as AllauthReauthenticate
from allauth.mfa.base.views import AuthenticateView as AllauthAuthenticate
from allauth.mfa.base.views import ReauthenticateView as AllauthCodeAgain
from allauth.mfa.totp.views import ActivateTOTPView as AllauthActivate
from allauth.mfa.utils import is_mfa_enabled
from axes.decorators import axes_dispatch, axes_form_invalid
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from throughline.core.clock import now
from throughline.web.signin.demonstration import code_now
from throughline.web.signin.forms import spend
from throughline.web.signin.limits import Ended
from throughline.web.signin.lockout import locked_out
from throughline.web.signin.qr import qr_of
from throughline.workforce.actions.sign_in import note_authenticator_set_up

SAID = {
    Ended.IDLE: "You were signed out because nothing was done for 30 minutes. What you had entered was kept.",
    Ended.LONG: "You were signed out because 12 hours had passed. What you had entered was kept.",
}


@method_decorator(axes_dispatch, name="dispatch")
@method_decorator(axes_form_invalid, name="form_invalid")
class Login(AllauthLogin):  # type: ignore[misc]  # allauth is untyped
    """Username and password."""

    template_name = "signin/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say why an earlier session ended."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        code = self.request.GET.get("ended", "")
        context["ended"] = SAID[Ended(code)] if code in set(Ended) else ""
        return context


class Authenticate(AllauthAuthenticate):  # type: ignore[misc]  # allauth is untyped
    """The code from the authenticator."""

    template_name = "signin/code.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse a locked name before its code is looked at."""
        credentials = {"login": self.stage.login.user.get_username()}
        if not AxesProxyHandler.is_allowed(request, credentials):
            return locked_out(request, None, credentials)
        if "code" not in request.POST:
            return HttpResponseRedirect(request.path)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the code itself, in the demonstration only."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["shown_code"] = code_now(self.stage.login.user)
        return context


@method_decorator(never_cache, name="dispatch")
@method_decorator(login_required, name="dispatch")
class SetUp(AllauthActivate):  # type: ignore[misc]  # allauth is untyped
    """The first authenticator: without one a user gets nowhere else."""

    template_name = "signin/setup.html"
    success_url = "/"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An authenticator is set up once; changing it is the service desk's work."""
        if is_mfa_enabled(request.user):
            return HttpResponseRedirect("/")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Draw the key both ways: to scan and to type."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        context["qr"] = qr_of(context["totp_url"])
        context["key"] = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        """Spend the code that proved it, and go on under a new session key."""
        answer: HttpResponse = super().form_valid(form)
        spend(self.request.user, form.cleaned_data["code"])
        self.request.session.cycle_key()
        note_authenticator_set_up(user_id=self.request.user.pk, at=now())
        return answer

    def get_success_url(self) -> str:
        """To the user's own front page."""
        return "/"


class Reauthenticate(AllauthReauthenticate):  # type: ignore[misc]  # allauth is untyped
    """The password again."""

    template_name = "signin/again.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Step up under a new session key."""
        self.request.session.cycle_key()
        answer: HttpResponse = super().form_valid(form)
        return answer


class CodeAgain(AllauthCodeAgain):  # type: ignore[misc]  # allauth is untyped
    """A code again, for those who prefer it to the password."""

    template_name = "signin/again.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Step up under a new session key."""
        self.request.session.cycle_key()
        answer: HttpResponse = super().form_valid(form)
        return answer


class Logout(AllauthLogout):  # type: ignore[misc]  # allauth is untyped
    """Signing out, by button."""

    template_name = "signin/logout.html"


@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    """Keep the session: the middleware has noted this request. Without scripts, go back to the start."""
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    if request.headers.get("Sec-Fetch-Mode") == "navigate":
        return HttpResponseRedirect("/")
    return HttpResponse(status=204)


def closed(request: HttpRequest) -> HttpResponse:
    """The account no longer works; the service desk can say why."""
    return render(request, "signin/closed.html", status=403)
