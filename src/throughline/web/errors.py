"""Error pages: what happened and what to do, with nothing of the request repeated."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


@dataclass(frozen=True, kw_only=True)
class Page:
    """The words of one error page."""

    title: str
    happened: str
    do: str


PAGES = {
    HTTPStatus.BAD_REQUEST: Page(
        title="The service could not read that request",
        happened="The page sent something that the service does not understand. Nothing was changed.",
        do="Go back, check what you entered and send it again.",
    ),
    HTTPStatus.FORBIDDEN: Page(
        title="You cannot open this page",
        happened="Your role does not open this page, or your session has changed since it was drawn. Nothing was changed.",
        do="Go back and load the page again. If you need it for your work, ask your team leader.",
    ),
    HTTPStatus.NOT_FOUND: Page(
        title="There is nothing here for you",
        happened="The page does not exist, or it is not yours to see. Both give this answer.",
        do="Check the address, or go to your front page.",
    ),
    HTTPStatus.CONFLICT: Page(
        title="Someone else changed this first",
        happened="What you sent was based on an older state, or the household is no longer held by you. "
        "It was not saved over theirs.",
        do="Load the page again to see the present state, then make your change once more.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Page(
        title="Too many requests",
        happened="More requests came from this place than the service takes in such a time.",
        do="Wait a few minutes, then try again.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: Page(
        title="Something went wrong on our side",
        happened="The service failed while it made this page. What you were doing was not completed; "
        "what was saved before is safe.",
        do="Try again. If it happens twice, tell the service desk the time and the page's name.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Page(
        title="The service is not available just now",
        happened="A part that the service needs is down or being restarted. Nothing is lost.",
        do="Try again in a minute. Time during which the service is down is not counted against anyone.",
    ),
}


def error_page(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """Return the page for that status. It asks nothing of the database, which may be what failed."""
    text = render_to_string(
        "errors/error.html", {"page": PAGES[status], "status": int(status)}, request=None
    )
    return HttpResponse(text, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return error_page(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return error_page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404; also what another's object answers."""
    return error_page(request, HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was drawn in an earlier session, or not by us."""
    return error_page(request, HTTPStatus.FORBIDDEN)
