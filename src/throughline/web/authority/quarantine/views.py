"""The quarantine: a list that is worked from its oldest row, each row mended in place or rejected."""

from __future__ import annotations

import io
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from throughline.core import clock
from throughline.core.errors import NotFound
from throughline.intake import queries as intake
from throughline.intake.actions import correct_row, decide_conflict, reject_row
from throughline.intake.actions.looking import RowToMend, export_rows, look_at_row, look_at_rows
from throughline.intake.actions.quarantine import take_on_row
from throughline.intake.actions.refused import read_again, settle_refused, take_on_refused
from throughline.intake.errors import CorrectionRefused
from throughline.intake.queries.held import alike, one_held, open_held
from throughline.intake.queries.messages import senders
from throughline.web.authority.quarantine.forms import (
    ListForm,
    MendForm,
    RejectForm,
    SettleForm,
)
from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole
from throughline.workforce.queries.names import names_of

SIZE = 50
DONE = {
    "corrected": "The row was corrected and is read next.",
    "rejected": "The row was rejected, with your reason.",
    "taken": "The message is read next.",
    "left": "The message was left aside.",
    "again": "The message is read again next.",
    "settled": "The message was settled, with what came of it.",
}


@require_safe
@open_to(JobRole.AUTHORITY)
def quarantine(request: HttpRequest) -> HttpResponse:
    """List the open rows, the oldest first."""
    form = ListForm(request.GET, senders=[(one.code, one.name) for one in senders()])
    given = form.cleaned_data if form.is_valid() else {}
    after = (given["at"], given["after"]) if given.get("at") and given.get("after") else None
    rows = look_at_rows(
        by=person(request).id, at=clock.now(), sender=given.get("sender") or None,
        after=after, limit=SIZE + 1,
    )  # fmt: skip
    request.personal = True  # type: ignore[attr-defined]
    if done := DONE.get(request.GET.get("done", "")):
        request.flashes = (("good", done),)  # type: ignore[attr-defined]
    held = open_held()
    waits = [one.at for one in held.oldest[:1]] + [at for at in [intake.oldest_open()] if at]
    page = {
        "form": form,
        "rows": rows[:SIZE],
        "more": rows[SIZE - 1] if len(rows) > SIZE else None,
        "paged": after is not None,
        "sender": given.get("sender") or "",
        "owners": names_of(
            [*(one.owner_id for one in rows), *(one.owner_id for one in held.oldest)]
        ),
        "oldest": min(waits, default=None),
        "held": held,
        "at": clock.now(),
    }
    return render(request, "authority/quarantine/quarantine.html", page)


@require_safe
@open_to(JobRole.AUTHORITY)
def row(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Show one row in full, to be mended or rejected."""
    found = look_at_row(ref=ref, by=person(request).id, at=clock.now())
    return _row_page(request, found)


@require_POST
@open_to(JobRole.AUTHORITY)
def correct(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Take the row with its new values."""
    found = look_at_row(ref=ref, by=person(request).id, at=clock.now())
    form = MendForm(request.POST, columns=found.columns)
    if form.is_valid():
        try:
            correct_row(
                ref=ref,
                values=form.changed_values(),
                by=person(request).id,
                at=clock.now(),
                expecting=form.cleaned_data["revision"],
            )
            return _on(request, "corrected")
        except CorrectionRefused as problem:
            form.add_error(None, problem.sentence)
    return _row_page(request, found, mend=form, status=422)


@require_POST
@open_to(JobRole.AUTHORITY)
def reject(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Reject the row for a reason."""
    form = RejectForm(request.POST)
    if form.is_valid():
        reject_row(
            ref=ref,
            reason=form.cleaned_data["reason"],
            by=person(request).id,
            at=clock.now(),
            expecting=form.cleaned_data["revision"],
        )
        return _on(request, "rejected")
    found = look_at_row(ref=ref, by=person(request).id, at=clock.now())
    return _row_page(request, found, refuse=form, status=422)


@require_POST
@open_to(JobRole.AUTHORITY)
def take_on(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Note that this person sees to the row."""
    take_on_row(ref=ref, by=person(request).id, at=clock.now())
    return redirect("quarantine-row", ref=ref)


@require_safe
@open_to(JobRole.AUTHORITY)
def refused(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Show one message that waits whole, to be taken on and settled."""
    return _refused_page(request, ref)


@require_POST
@open_to(JobRole.AUTHORITY)
def take_on_message(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Note that this person sees to the message."""
    take_on_refused(ref=ref, by=person(request).id, at=clock.now())
    return redirect("refused", ref=ref)


@require_POST
@open_to(JobRole.AUTHORITY)
def read_message_again(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Have the message read once more, now that the service has been mended."""
    read_again(ref=ref, by=person(request).id, at=clock.now())
    return _on(request, "again")


@require_POST
@open_to(JobRole.AUTHORITY)
def settle(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Note what came of the message."""
    form = SettleForm(request.POST, others=alike(ref))
    if not form.is_valid():
        return _refused_page(request, ref, form=form, status=422)
    settle_refused(
        ref=ref,
        reason=form.cleaned_data["reason"],
        alike=bool(form.cleaned_data["alike"]),
        by=person(request).id,
        at=clock.now(),
    )
    return _on(request, "settled")


@require_POST
@open_to(JobRole.AUTHORITY)
def decide(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Say whether a message that came with a known id and other content is read."""
    take = request.POST.get("take") == "yes"
    decide_conflict(message_ref=ref, take=take, by=person(request).id, at=clock.now())
    return _on(request, "taken" if take else "left")


@require_safe
@open_to(JobRole.AUTHORITY)
def export(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Give a message's open rows as a file that can be mended and uploaded again."""
    text = io.StringIO(newline="")
    if not export_rows(text, message_ref=ref, by=person(request).id, at=clock.now()):
        raise NotFound
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="quarantine-{ref}.csv"'
    return response


def _refused_page(
    request: HttpRequest, ref: UUID, *, form: SettleForm | None = None, status: int = 200
) -> HttpResponse:
    found = one_held(ref)
    if found is None:
        raise NotFound
    page = {
        "found": found,
        "owner": names_of([found.owner_id]).get(found.owner_id) if found.owner_id else None,
        "mine": found.owner_id == person(request).id,
        "form": form or SettleForm(others=alike(ref)),
        "at": clock.now(),
    }
    return render(request, "authority/quarantine/refused.html", page, status=status)


def _row_page(
    request: HttpRequest,
    found: RowToMend,
    *,
    mend: MendForm | None = None,
    refuse: RejectForm | None = None,
    status: int = 200,
) -> HttpResponse:
    revision = {"revision": found.row.revision}
    page = {
        "found": found,
        "owner": names_of([found.row.owner_id]).get(found.row.owner_id)
        if found.row.owner_id
        else None,
        "mine": found.row.owner_id == person(request).id,
        "mend": mend or MendForm(columns=found.columns, initial=revision),
        "refuse": refuse or RejectForm(initial=revision),
        "at": clock.now(),
    }
    request.personal = True  # type: ignore[attr-defined]
    return render(request, "authority/quarantine/row.html", page, status=status)


def _on(request: HttpRequest, done: str) -> HttpResponse:
    return redirect(f"{reverse('quarantine')}?done={done}")
