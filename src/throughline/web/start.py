"""The address "/" of a staff process: each role's first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole

FIRST_PAGE = {
    JobRole.HANDLER: "conversation",
    JobRole.LOCAL: "local-home",
    JobRole.LEADER: "team-board",
    JobRole.SUPPLIER: "team-board",
    JobRole.AUTHORITY: "front",
}
OVERSIGHT = "start"


@require_safe
@open_to(*JobRole)
def home(request: HttpRequest) -> HttpResponse:
    """Send the signed-in person to where their work begins."""
    name = FIRST_PAGE.get(JobRole(person(request).role), OVERSIGHT)
    return redirect(reverse(name))
