"""Escalations raised and held back, counted by rule, and the newest of each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.core import clock
from throughline.definitions import queries as definitions
from throughline.tracing.access import sight_of_lists
from throughline.tracing.queries.cases import escalation_counts, escalations
from throughline.tracing.queries.front import held_back
from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole

NEWEST = 25


@require_safe
@open_to(JobRole.AUTHORITY)
def escalated(request: HttpRequest) -> HttpResponse:
    """Show what the rules did, and what kept them from doing it."""
    at = clock.now()
    sight = sight_of_lists(user=person(request), why="list", at=at)
    counts = escalation_counts()
    page = {
        "counts": counts,
        "protocols": {
            (name, version): definitions.get("protocol", name, version).title
            for name, _, version, *_ in counts
        },
        "held_back": held_back(),
        "raised": escalations(sight, at=at, suppressed=False, size=NEWEST),
        "suppressed": escalations(sight, at=at, suppressed=True, size=NEWEST),
    }
    return render(request, "authority/escalations/escalations.html", page)
