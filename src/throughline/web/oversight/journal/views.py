"""The journal of one day, newest first, of all rooms or of one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.core import clock
from throughline.journal import queries as journal_entries
from throughline.web.days import bounds, today
from throughline.web.doors import AUTHORITY, open_to
from throughline.web.oversight.journal.pages import ROOMS, lines_of


class Asked(forms.Form):
    """Which day, which room, and before which entry."""

    day = forms.DateField(
        label="Day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write the day as year, month and day, such as 2020-10-06."},
    )
    room = forms.ChoiceField(label="About", choices=list(ROOMS.items()), required=False)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)


@require_safe
@open_to(*AUTHORITY)
def journal(request: HttpRequest) -> HttpResponse:
    """Show the day's entries, fifty a page."""
    asked = Asked({"day": today(clock.now()), **request.GET.dict()})
    given = asked.cleaned_data if asked.is_valid() else {}
    day = given.get("day") or today(clock.now())
    room = given.get("room") or ""
    before: UUID | None = given.get("before")
    since, until = bounds(day)
    page = journal_entries.entries(since=since, until=until, room=room, before=before)
    return render(
        request,
        "oversight/journal/journal.html",
        {
            "form": asked,
            "day": day,
            "room": room,
            "day_before": day - timedelta(days=1),
            "lines": lines_of(page.lines),
            "older": page.older,
            "paged": before is not None,
        },
        status=200 if asked.is_valid() else 422,
    )
