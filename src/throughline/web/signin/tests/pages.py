"""A staff process whose pages misbehave on purpose, so that the ways around them can be tested."""

from __future__ import annotations

from uuid import uuid4

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from throughline.core import clock
from throughline.core.errors import NotFound, NotPermitted, Problem, Stale
from throughline.core.models import DoneOnce
from throughline.people.models import Person

PROBLEMS: dict[str, Problem] = {
    "absent": NotFound(),
    "forbidden": NotPermitted("Your role does not do this; ask your team leader."),
    "stale": Stale(),
    "wrong": Problem("There are 3 of these; at most 2 are allowed. Take one away."),
}


def whoami(request: HttpRequest) -> HttpResponse:
    """Say in which role and with which keys the page runs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, current_setting('throughline.user', true),"
            " current_setting('throughline.supplier', true)"
        )
        return HttpResponse(" ".join(str(value) for value in cursor.fetchone()))


def write_and_fail(request: HttpRequest) -> HttpResponse:
    """Write a row and touch the session, then fail as a fault of ours would."""
    _write(request)
    raise RuntimeError("a fault")


def write_and_break(request: HttpRequest) -> HttpResponse:
    """Write a row and touch the session, then leave the transaction aborted."""
    _write(request)
    with connection.cursor() as cursor:
        cursor.execute("select 1/0")
    return HttpResponse("never")


def write_and_stop(request: HttpRequest, problem: str) -> HttpResponse:
    """Write a row and touch the session, then find that a person must mend something."""
    _write(request)
    raise PROBLEMS[problem]


def stop_after_database_error(request: HttpRequest) -> HttpResponse:
    """Turn an error of the database into a problem, as an action does."""
    _write(request)
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1/0")
    except DatabaseError as error:
        raise PROBLEMS["wrong"] from error
    return HttpResponse("never")


def persons(request: HttpRequest) -> HttpResponse:
    """Count persons: at an address of signing in, where nobody may."""
    return HttpResponse(str(Person.objects.count()))


def _write(request: HttpRequest) -> None:
    request.session["touched"] = "yes"
    DoneOnce.objects.create(key=uuid4(), actor_id=uuid4(), at=clock.now(), action="test")


urlpatterns = [
    path("", whoami, name="home"),
    path("", include("throughline.web.signin.urls")),
    path("fail/", write_and_fail),
    path("break/", write_and_break),
    path("stop/database/", stop_after_database_error),
    path("stop/<str:problem>/", write_and_stop),
    path("sign-in/persons/", persons),
]
handler404 = "throughline.web.errors.not_found"
handler500 = "throughline.web.errors.server_error"
