"""Who may open a page, and the address at which people of each role have theirs."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from throughline.core.errors import NotPermitted
from throughline.server import home
from throughline.workforce.models import JobRole, User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

DESK = frozenset({JobRole.HANDLER, JobRole.LEADER, JobRole.SUPPLIER, JobRole.LOCAL})
AUTHORITY = frozenset(JobRole) - DESK
PEOPLE_OF = {"desk": DESK, "authority": AUTHORITY}
UNGUARDED = ("/sign-in/", "/sign-out/", "/health")


def open_to(*jobs: JobRole) -> Callable[[View[P]], View[P]]:
    """Let people of these roles open the page; send the others away, and strangers to sign in."""
    allowed = frozenset(jobs)

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            if JobRole(request.user.role) not in allowed:
                raise NotPermitted(
                    "Your role does not open this page. Go back to your start page; if you need this "
                    "page for your work, ask the person who appointed you."
                )
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value]  # `wraps` keeps the view's own shape

    return guard


def person(request: HttpRequest) -> User:
    """Return the signed-in person of a page that `open_to` guards."""
    assert isinstance(request.user, User)  # noqa: S101 - for the type checker
    return request.user


class RightAddress:
    """Tells whoever signed in at another role's address where theirs is.

    This process's login cannot become their role, so no page here could be theirs.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        people = PEOPLE_OF.get(settings.PROCESS)
        if (
            people is None
            or not isinstance(user, User)
            or request.path.startswith(UNGUARDED)
            or JobRole(user.role) in people
        ):
            return self.get_response(request)
        elsewhere = next(name for name, jobs in PEOPLE_OF.items() if JobRole(user.role) in jobs)
        page = {"address": address_of(elsewhere, request), "title": user.get_role_display()}
        return render(request, "wrong_address.html", page, status=403)


def address_of(process: str, request: HttpRequest) -> str:
    """Return a process's address: as configured, or this host with that process's port."""
    configured = os.environ.get(f"THROUGHLINE_{process.upper()}_ADDRESS")
    if configured:
        return configured
    host = request.get_host().rsplit(":", 1)[0]
    return f"{request.scheme}://{host}:{home.current().port(process)}/"
