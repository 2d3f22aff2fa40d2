"""The page at the address of the senders' door."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def door(request: HttpRequest) -> HttpResponse:
    """Say what this address is for."""
    return render(request, "door/door.html", {})
