"""A trial's page: it waits for the worker's answer, and shows it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.core.errors import NotFound
from throughline.intake.queries import trials
from throughline.web.authority.trial.pages import trial_page
from throughline.web.doors import open_to
from throughline.workforce.models import JobRole


@require_safe
@open_to(JobRole.AUTHORITY)
def trial(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Show what loading a file, or undoing a load, would do; asked for again until it is answered."""
    found = trials.trial(ref)
    if found is None:
        raise NotFound
    page = {"page": trial_page(found)}
    if not getattr(request, "htmx", False):
        return render(request, "authority/trial/trial.html", page)
    if not found.is_answered:
        # Nothing to show yet: what stands there stays, and is read aloud to nobody again.
        return HttpResponse(status=204)
    return render(request, "authority/trial/answered.html", page)
