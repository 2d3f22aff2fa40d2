"""The queues: who waits, how long, who rests, who is being talked to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.calling import queries as calling
from throughline.core import clock
from throughline.web.authority.queues.pages import board_of
from throughline.web.doors import open_to
from throughline.workforce.models import JobRole


@require_safe
@open_to(JobRole.AUTHORITY)
def queues(request: HttpRequest) -> HttpResponse:
    """Show every queue that has work."""
    page = {"board": board_of(calling.queue_board(), at=clock.now())}
    return render(request, "authority/queues/queues.html", page)
