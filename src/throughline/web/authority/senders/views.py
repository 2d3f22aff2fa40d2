"""The list of senders, and a page for each."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.core import clock
from throughline.web.authority.senders.pages import TAGS, sender_list, sender_page
from throughline.web.doors import open_to
from throughline.workforce.models import JobRole


@require_safe
@open_to(JobRole.AUTHORITY)
def senders(request: HttpRequest) -> HttpResponse:
    """Show who sends results, and who has been silent for longer than usual."""
    at = clock.now()
    return render(
        request, "authority/senders/senders.html", {"lines": sender_list(at=at), "at": at}
    )


@require_safe
@open_to(JobRole.AUTHORITY)
def sender(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Show one sender: what comes, how, when it last came, and what is wrong with it."""
    page = sender_page(ref, at=clock.now())
    return render(request, "authority/senders/sender.html", {"page": page, "tags": TAGS})
