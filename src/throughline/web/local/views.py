"""A local team's pages: what was handed to it, what is shared with it, what was escalated to it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.calling.actions import claim_local
from throughline.calling.queries.refs import item_id_of
from throughline.core import clock
from throughline.core.errors import NotFound
from throughline.tracing.access import look_at_list, sight_of_lists
from throughline.tracing.actions.responsibility import (
    accept_handover,
    return_handover,
)
from throughline.tracing.actions.responsibility import hand_back as hand_back_item
from throughline.tracing.queries.cases import escalations, team_cases, team_inbox
from throughline.web.cases.pages import DISEASES, MANAGED_BY, OUTCOMES
from throughline.web.doors import open_to, person
from throughline.web.local.forms import BackForm, ListForm, ReturnForm
from throughline.web.local.pages import inbox_of
from throughline.workforce.models import JobRole, User

SIZE = 50
DONE = {
    "accepted": "You accepted the handover: your team answers for the household now.",
    "returned": "The household is back in the national queues, with your reason.",
    "handed-back": "The work on the household is finished, and the centre sees what came of it.",
}


@require_safe
@open_to(JobRole.LOCAL)
def home(request: HttpRequest) -> HttpResponse:
    """Show what is with the team: what waits to be accepted, the late ones first, then the rest."""
    at, user = clock.now(), person(request)
    team = _team(user)
    rows = look_at_list(
        user=user,
        why="list",
        at=at,
        read=lambda sight: team_inbox(sight, team_id=team, at=at, size=SIZE),
    )
    request.personal = True  # type: ignore[attr-defined]
    if done := DONE.get(request.GET.get("done", "")):
        request.flashes = (("good", done),)  # type: ignore[attr-defined]
    page = inbox_of(rows, at=at)
    return render(request, "local/home.html", {"page": page})


@require_safe
@open_to(JobRole.LOCAL)
def cases(request: HttpRequest) -> HttpResponse:
    """List the cases shared with the team, the newest first: at the same time as the centre has them."""
    at, user = clock.now(), person(request)
    asked = ListForm(request.GET)
    after = asked.cleaned_data["after"] if asked.is_valid() else ""
    team = _team(user)
    rows = look_at_list(
        user=user,
        why="list",
        at=at,
        read=lambda sight: team_cases(sight, team_id=team, at=at, after=after, size=SIZE),
    )
    request.personal = True  # type: ignore[attr-defined]
    page = {
        "rows": rows,
        "more": rows[-1].after if rows else "",
        "paged": bool(after),
        "outcomes": OUTCOMES,
        "managed_by": MANAGED_BY,
        "diseases": DISEASES,
    }
    return render(request, "local/cases.html", page)


@require_safe
@open_to(JobRole.LOCAL)
def escalated(request: HttpRequest) -> HttpResponse:
    """List the settings escalated from cases that are shared with the team."""
    at, user = clock.now(), person(request)
    sight = sight_of_lists(user=user, why="list", at=at)
    rows = escalations(sight, at=at, suppressed=False, size=SIZE)
    return render(request, "local/escalations.html", {"rows": rows})


@require_POST
@open_to(JobRole.LOCAL)
def accept(request: HttpRequest, item: UUID) -> HttpResponse:
    """Take responsibility for a handover."""
    expecting = _revision(request)
    accept_handover(item_ref=item, user=person(request), expecting=expecting, at=clock.now())
    return _home("accepted")


@require_POST
@open_to(JobRole.LOCAL)
def take(request: HttpRequest, item: UUID) -> HttpResponse:
    """Take the conversation from the list into the console."""
    item_id = item_id_of(item)
    if item_id is None:
        raise NotFound
    claim_local(user_id=person(request).id, item_id=item_id, at=clock.now())
    return redirect("conversation")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(JobRole.LOCAL)
def give_back(request: HttpRequest, item: UUID) -> HttpResponse:
    """Return a household to the national queues, for a reason."""
    form = ReturnForm(request.POST or None, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        return_handover(
            item_ref=item,
            user=person(request),
            reason=form.cleaned_data["reason"],
            expecting=form.cleaned_data["revision"],
            at=clock.now(),
        )
        return _home("returned")
    return _ask(request, "local/return.html", form, item)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(JobRole.LOCAL)
def hand_back(request: HttpRequest, item: UUID) -> HttpResponse:
    """Finish the team's work on a household with what came of it."""
    form = BackForm(request.POST or None, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        hand_back_item(
            item_ref=item,
            user=person(request),
            outcome=form.cleaned_data["outcome"],
            how=form.cleaned_data["how"] or None,
            expecting=form.cleaned_data["revision"],
            at=clock.now(),
        )
        return _home("handed-back")
    return _ask(request, "local/back.html", form, item)


def _ask(
    request: HttpRequest, template: str, form: ReturnForm | BackForm, item: UUID
) -> HttpResponse:
    if item_id_of(item) is None:
        raise NotFound
    page = {"form": form, "item": item}
    return render(request, template, page, status=422 if form.errors else 200)


def _asked(request: HttpRequest) -> dict[str, str]:
    return {"revision": request.GET.get("revision", "")}


def _revision(request: HttpRequest) -> int | None:
    given = request.POST.get("revision", "")
    return int(given) if given.isdigit() else None


def _team(user: User) -> UUID:
    if user.team_id is None:
        raise NotFound
    return user.team_id


def _home(done: str) -> HttpResponse:
    return redirect(f"{reverse('local-home')}?done={done}")
