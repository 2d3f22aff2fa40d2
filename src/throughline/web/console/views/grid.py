"""People named: each row saved by itself as it is typed, or all of them by one button."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from throughline.core.errors import Stale
from throughline.tracing.actions.conversation import remove_named, save_named
from throughline.tracing.errors import AnswerRefused, RowSubmitted
from throughline.tracing.queries.interviews import named_positions
from throughline.web.console.hand import Hand, draw, in_hand, posted, spoken_with
from throughline.web.console.people_named import Row, TypedRow, read_rows, ref_of, row_of
from throughline.web.console.pieces import today_at


@in_hand
def named(request: HttpRequest, hand: Hand) -> HttpResponse:
    """Save the rows that were sent, or take one away. What is wrong is said beside its row."""
    talk = spoken_with(hand, request.POST.get("subject", ""))
    gone = request.POST.get("remove", "")
    if gone.isdecimal():
        remove_named(
            lease=hand.lease,
            interview_ref=talk.interview.ref,
            position=int(gone),
            ref=ref_of(request.POST.get(f"ref-{gone}", "")),
            by=hand.by,
            at=hand.at,
        )
        return _drawn(request, hand)
    rows = read_rows(posted(request), today=today_at(hand.at))
    known = named_positions(talk.interview.subject_id) if talk.confirmed else set()
    saved = [
        _save(hand, talk.interview.ref, row)
        for row in rows
        if not row.blank or row.position in known
    ]
    if "only" in request.POST:
        status = 422 if any(one.refused for one in saved) else 200
        context = {"rows": [one.row for one in saved]}
        return render(request, "console/parts/rows_saved.html", context, status=status)
    return _drawn(request, hand)


class _Kept:
    """A row as it stands after the try, and whether anything was refused."""

    def __init__(self, row: Row, *, refused: bool) -> None:
        self.row, self.refused = row, refused


def _save(hand: Hand, interview: UUID, row: TypedRow) -> _Kept:
    try:
        with transaction.atomic():
            kept = save_named(
                lease=hand.lease,
                interview_ref=interview,
                position=row.position,
                ref=row.ref,
                values=row.values,
                expecting=row.expecting,
                by=hand.by,
                at=hand.at,
            )
    except (AnswerRefused, RowSubmitted, Stale) as refused:
        revision = "" if row.expecting is None else str(row.expecting)
        return _Kept(
            Row(position=row.position, ref="", revision=revision, error=refused.sentence),
            refused=True,
        )
    return _Kept(row_of(kept, today=today_at(hand.at), error=row.error), refused=bool(row.error))


def _drawn(request: HttpRequest, hand: Hand) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        return draw(request, hand)
    return redirect(f"/conversation/?focus=question&subject={request.POST.get('subject', '')}")
