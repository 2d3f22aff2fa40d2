"""A file by hand: stored through the same door as every message, then its receipt while it is read."""

from __future__ import annotations

import io
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from throughline.core import clock
from throughline.core.errors import NotFound, Problem
from throughline.intake import queries as intake
from throughline.intake.actions import is_mended, load_mended, store
from throughline.intake.errors import UnknownMapping
from throughline.intake.models import CHUNK
from throughline.intake.queries.mappings import known_mappings, mapping_for
from throughline.intake.queries.messages import message, senders
from throughline.web.authority.upload.forms import UploadForm
from throughline.web.authority.upload.pages import receipt_page
from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(JobRole.AUTHORITY)
def upload(request: HttpRequest) -> HttpResponse:
    """Ask for a file; keep it; send the person to its receipt."""
    form = UploadForm(
        request.POST or None, request.FILES or None, senders=senders(), mappings=known_mappings()
    )
    if request.method == "POST" and form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        first = file.readline(CHUNK)
        file.seek(0)
        try:
            if is_mended(first.decode("utf-8-sig", "replace")):
                return _mended(request, file)
            return redirect("receipt", ref=_store(request, form, file))
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
    page = receipt_page(line, intake.receipt(ref))
    template = "fragment" if getattr(request, "htmx", False) else "receipt"
    return render(request, f"authority/upload/{template}.html", {"page": page})


def _store(request: HttpRequest, form: UploadForm, file: UploadedFile[bytes]) -> UUID:
    """Keep the file; the transaction is committed before the answer leaves."""
    at, code = clock.now(), form.sender_code
    mapping = form.cleaned_data["mapping"] or mapping_for(code, lambda: file.chunks(CHUNK), at=at)
    if mapping is None:
        raise UnknownMapping(
            "No mapping, or more than one, fits the columns of this file; choose how its columns are read."
        )
    stored = store(
        sender_code=code,
        chunks=file.chunks(CHUNK),
        name=(file.name or "")[:200],
        mapping=mapping,
        by=person(request).id,
        at=at,
    )
    return stored.message_ref


def _mended(request: HttpRequest, file: UploadedFile[bytes]) -> HttpResponse:
    """Take mended rows. The page answers at once: the same file again changes nothing."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    found = load_mended(lines=lines, by=person(request).id, at=clock.now())
    return render(request, "authority/upload/mended.html", {"found": found})
