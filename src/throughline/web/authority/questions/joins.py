"""Records that are joined to one person: the list, and one pair side by side, to be parted again."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughline.core import clock
from throughline.tracing.access import look_at_list
from throughline.tracing.actions.persons import unjoin_persons
from throughline.tracing.errors import CannotJoin
from throughline.tracing.queries import joins
from throughline.web.authority.questions.pages import if_parted, sides
from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole


@require_safe
@open_to(JobRole.AUTHORITY)
def joined(request: HttpRequest) -> HttpResponse:
    """List the joins in force."""
    at = clock.now()
    rows = look_at_list(
        user=person(request), why="joined", at=at, read=lambda sight: joins.joined(sight, at=at)
    )
    request.personal = True  # type: ignore[attr-defined]
    if request.GET.get("done") == "parted":
        request.flashes = (("good", "They are two persons again."),)  # type: ignore[attr-defined]
    return render(request, "authority/questions/joined.html", {"rows": rows, "at": at})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(JobRole.AUTHORITY)
def pair(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Show two joined records, and part them."""
    at, user = clock.now(), person(request)
    (found,) = look_at_list(
        user=user,
        why="joined",
        at=at,
        read=lambda sight: [joins.joined_pair(sight, link_id=link_id, at=at)],
    )
    problem = ""
    if request.method == "POST":
        try:
            unjoin_persons(newer_id=found.newer.person_id, by=user.id, at=at)
            return redirect(f"{reverse('joined')}?done=parted")
        except CannotJoin as refused:
            problem = refused.sentence
    request.personal = True  # type: ignore[attr-defined]
    page = {"pair": found, "sides": sides(found), "parted": if_parted(found), "problem": problem}
    status = 422 if problem else 200
    return render(request, "authority/questions/pair.html", page, status=status)
