"""The gallery's pages. The route exists in the demonstration only."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from throughline.core.clock import now
from throughline.web.design import invented
from throughline.web.design.forms import Sample


def components(request: HttpRequest) -> HttpResponse:
    """Every component once."""
    request.personal = True  # type: ignore[attr-defined]
    request.flashes = (("good", "Row 214 was corrected and loaded."),)  # type: ignore[attr-defined]
    form = Sample({"name": "", "telephone": "07700 900 142", "language": "pl"})
    return render(
        request, "design/components.html", {"data": invented, "form": form, "empty_rows": ()}
    )


def console(request: HttpRequest) -> HttpResponse:
    """The console as a handler sees it."""
    return render(request, "design/console.html", {"data": invented, "since": now()})


def public(request: HttpRequest) -> HttpResponse:
    """A public question page."""
    return render(request, "design/public.html", {"form": Sample()})
