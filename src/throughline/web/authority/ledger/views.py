"""The ledger of the last days, and one sender's day in full."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.core import clock
from throughline.web.authority.ledger.pages import day_page, ledger_page
from throughline.web.doors import open_to
from throughline.workforce.models import JobRole


@require_safe
@open_to(JobRole.AUTHORITY)
def ledger(request: HttpRequest) -> HttpResponse:
    """Show each sender and day of the last week."""
    return render(request, "authority/ledger/ledger.html", {"page": ledger_page(at=clock.now())})


@require_safe
@open_to(JobRole.AUTHORITY)
def ledger_day(request: HttpRequest, sender: UUID, day: date) -> HttpResponse:
    """Show one sender's day: its balance, what the journal says, and its messages."""
    page = day_page(sender_ref=sender, day=day, at=clock.now())
    return render(request, "authority/ledger/day.html", {"page": page})
