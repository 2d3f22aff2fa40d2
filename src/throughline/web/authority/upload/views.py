"""A file by hand: stored through the same door as every message, then its receipt while it is read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughline.core import clock
from throughline.core.errors import NotFound, Problem
from throughline.intake import queries as intake
from throughline.intake.actions import ask_to_undo, is_mended, load_mended, store
from throughline.intake.actions.trying import ask_to_try, ask_to_try_undoing
from throughline.intake.errors import NotUndone, UnknownMapping
from throughline.intake.models import CHUNK
from throughline.intake.queries.brought import left_of
from throughline.intake.queries.mappings import (
    STANDARD,
    fitting_mappings,
    known_mappings,
    mapping_for,
)
from throughline.intake.queries.messages import message, senders
from throughline.intake.queries.samples import sample
from throughline.intake.queries.undoing import undoing
from throughline.web.authority.upload.forms import PROPOSED, UndoForm, UploadForm
from throughline.web.authority.upload.pages import receipt_page
from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(JobRole.AUTHORITY)
def upload(request: HttpRequest) -> HttpResponse:
    """Ask for a file; keep it, or have it tried; send the person to its receipt, or to the trial."""
    form = UploadForm(
        request.POST or None,
        request.FILES or None,
        initial={name: request.GET.get(name, "") for name in ("sender", "mapping")},
        senders=senders(),
        mappings=known_mappings(),
    )
    if request.method == "POST" and form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        first = file.readline(CHUNK)
        file.seek(0)
        try:
            if "try" in request.POST:
                return redirect("trial", ref=_try(request, form, file, first))
            if is_mended(first.decode("utf-8-sig", "replace")):
                return _mended(request, file)
            ref, held = _store(request, form, file)
            return redirect("file-mapping" if held else "receipt", ref=ref)
        except Problem as problem:
            form.add_error(
                "mapping" if isinstance(problem, UnknownMapping) else "file", problem.sentence
            )
    status = 422 if form.errors else 200
    return render(request, "authority/upload/upload.html", {"form": form}, status=status)


@require_safe
@open_to(JobRole.AUTHORITY)
def receipt(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Show what became of a message; the part that changes is asked for again while it is read."""
    line = message(ref)
    if line is None:
        raise NotFound
    if getattr(request, "htmx", False):
        page = receipt_page(line, intake.receipt(ref))
        return render(request, "authority/upload/fragment.html", {"page": page})
    return _receipt_page(request, ref, UndoForm())


@require_POST
@open_to(JobRole.AUTHORITY)
def undo(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Have a whole load undone, for a reason, or that tried; the worker does it while the receipt shows how far it is."""
    form = UndoForm(request.POST)
    if message(ref) is None:
        raise NotFound
    try:
        if "try" in request.POST:
            found = ask_to_try_undoing(message_ref=ref, by=person(request).id, at=clock.now())
            return redirect("trial", ref=found)
        if form.is_valid():
            ask_to_undo(
                message_ref=ref,
                reason=form.cleaned_data["reason"],
                by=person(request).id,
                at=clock.now(),
            )
            return redirect("receipt", ref=ref)
    except NotUndone as problem:
        form.add_error(None, problem.sentence)
    return _receipt_page(request, ref, form, status=422)


def _receipt_page(
    request: HttpRequest, ref: UUID, form: UndoForm, *, status: int = 200
) -> HttpResponse:
    line = message(ref)
    if line is None:
        raise NotFound
    page = receipt_page(line, intake.receipt(ref))
    found = undoing(ref) if line.state in ("parsed", "undoing", "undone") else None
    kept = left_of(ref) if line.state == "undone" else ()
    whole = {"page": page, "form": form, "undoing": found, "kept": kept}
    return render(request, "authority/upload/receipt.html", whole, status=status)


def _store(request: HttpRequest, form: UploadForm, file: UploadedFile[bytes]) -> tuple[UUID, bool]:
    """Keep the file, held where a person must say how it is read; it is committed before the answer leaves."""
    at, code = clock.now(), form.sender_code
    mapping = _mapping(form, code, file, at)
    stored = store(
        sender_code=code,
        chunks=file.chunks(CHUNK),
        name=(file.name or "")[:200],
        mapping=None if mapping == PROPOSED else mapping,
        held=mapping == PROPOSED,
        by=person(request).id,
        at=at,
    )
    return stored.message_ref, stored.state == "unmapped"


def _try(request: HttpRequest, form: UploadForm, file: UploadedFile[bytes], first: bytes) -> UUID:
    """Have the worker say what loading the file would do."""
    at, code = clock.now(), form.sender_code
    # Mended rows are read by the mapping of the file that they were in.
    is_known = is_mended(first.decode("utf-8-sig", "replace"))
    mapping = STANDARD if is_known else _mapping(form, code, file, at)
    if mapping == PROPOSED:
        raise UnknownMapping(
            "No mapping fits the columns of this file, so there is nothing to try yet: upload it. It waits unread "
            "while you see ten of its rows as each mapping would have them."
        )
    return ask_to_try(
        sender_code=code,
        chunks=file.chunks(CHUNK),
        name=file.name or "",
        mapping=mapping,
        by=person(request).id,
        at=at,
    )


def _mapping(form: UploadForm, code: str, file: UploadedFile[bytes], at: datetime) -> str:
    """The mapping chosen, the sender's own, the one that fits, or one to be proposed."""

    def chunks() -> Iterator[bytes]:
        return file.chunks(CHUNK)

    if chosen := form.cleaned_data["mapping"] or mapping_for(code, chunks, at=at):
        return str(chosen)
    if several := fitting_mappings(chunks, at=at):
        raise UnknownMapping(
            f"More than one mapping fits the columns of this file ({', '.join(several)}): choose how it is read."
        )
    # What is no list at all is stored to be refused with the reason, like every other.
    return STANDARD if sample(chunks, received_at=at).refused else PROPOSED


def _mended(request: HttpRequest, file: UploadedFile[bytes]) -> HttpResponse:
    """Take mended rows. The page answers at once: the same file again changes nothing."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    found = load_mended(lines=lines, by=person(request).id, at=clock.now())
    return render(request, "authority/upload/mended.html", {"found": found})
