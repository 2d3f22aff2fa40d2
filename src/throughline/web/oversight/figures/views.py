"""Figures: the list by week, and one measure in full."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.core.errors import NotFound
from throughline.web.doors import AUTHORITY, open_to
from throughline.web.oversight.figures.pages import board, figure_page


@require_safe
@open_to(*AUTHORITY)
def figures(request: HttpRequest) -> HttpResponse:
    """List every figure of the last weeks."""
    return render(request, "oversight/figures/figures.html", {"board": board()})


@require_safe
@open_to(*AUTHORITY)
def figure(request: HttpRequest, measure: str) -> HttpResponse:
    """Show one measure: its numbers, its definition, and how they grew."""
    page = figure_page(measure)
    if page is None:
        raise NotFound
    return render(request, "oversight/figures/figure.html", {"page": page})
