"""A team leader's and a supplier manager's pages: their own staff and counts, no persons."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.core import clock
from throughline.web.doors import open_to, person
from throughline.web.team.pages import board_page, staff_page
from throughline.workforce.models import JobRole


class Asked(forms.Form):
    """The last person of the page before."""

    after = forms.UUIDField(required=False)


@require_safe
@open_to(JobRole.LEADER, JobRole.SUPPLIER)
def board(request: HttpRequest) -> HttpResponse:
    """Show what the agents are doing now, and today's attempts."""
    page = board_page(person(request), at=clock.now())
    return render(request, "team/board.html", {"page": page})


@require_safe
@open_to(JobRole.LEADER, JobRole.SUPPLIER)
def staff(request: HttpRequest) -> HttpResponse:
    """List the staff by name."""
    asked = Asked(request.GET)
    given = asked.cleaned_data if asked.is_valid() else {}
    page = staff_page(person(request), after=given.get("after"))
    return render(request, "team/staff.html", {"page": page, "at": clock.now()})
