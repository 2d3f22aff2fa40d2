"""The one public page there is now: who calls, and how to check that a call is real."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.core.service import service


@require_safe
def about_the_call(request: HttpRequest) -> HttpResponse:
    """Say who calls, from which number, and what is never asked."""
    return render(request, "public/about.html", {"service": service()})
