"""A problem's page: its sentence, the status that fits its kind, and a way on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from throughline.core.errors import NotFound, NotPermitted, Problem, Stale

STATUS: tuple[tuple[type[Problem], int], ...] = (
    (NotFound, 404),
    (NotPermitted, 403),
    (Stale, 409),
    (Problem, 422),
)


def problem_page(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Render the problem for a person, whichever page raised it."""
    status = next(code for kind, code in STATUS if isinstance(problem, kind))
    return render(request, "problem.html", {"problem": problem}, status=status)
