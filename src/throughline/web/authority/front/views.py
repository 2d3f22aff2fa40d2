"""The authority's front page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.core import clock
from throughline.tracing.queries.front import handovers_by_team
from throughline.web.authority.front.pages import front_page
from throughline.web.doors import open_to
from throughline.workforce.models import JobRole


@require_safe
@open_to(JobRole.AUTHORITY)
def front(request: HttpRequest) -> HttpResponse:
    """Show what needs attention, then today's numbers, each opening to its page."""
    return render(request, "authority/front/front.html", {"page": front_page(at=clock.now())})


@require_safe
@open_to(JobRole.AUTHORITY)
def handovers(request: HttpRequest) -> HttpResponse:
    """Show which local teams have households that they have not accepted."""
    at = clock.now()
    page = {"lines": handovers_by_team(at=at), "at": at}
    return render(request, "authority/front/handovers.html", page)
