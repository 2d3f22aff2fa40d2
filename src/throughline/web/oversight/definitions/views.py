"""Definitions: the list of what is in use, and one version in plain sentences."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.core import clock
from throughline.core.errors import NotFound
from throughline.definitions.errors import NothingInForceError
from throughline.web.days import today
from throughline.web.doors import AUTHORITY, open_to
from throughline.web.oversight.definitions.pages import definition_page, families


@require_safe
@open_to(*AUTHORITY)
def definitions(request: HttpRequest) -> HttpResponse:
    """List every version of every definition, by kind."""
    page = {"families": families(on=today(clock.now()))}
    return render(request, "oversight/definitions/definitions.html", page)


@require_safe
@open_to(*AUTHORITY)
def definition(request: HttpRequest, kind: str, name: str, version: int) -> HttpResponse:
    """Show one version: its sentences, who approved it and why, and what changed."""
    try:
        page = definition_page(kind, name, version, on=today(clock.now()))
    except NothingInForceError as error:
        raise NotFound from error
    return render(request, "oversight/definitions/definition.html", {"page": page})
