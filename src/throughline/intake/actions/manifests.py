"""Counts that senders give beside their rows: of one file, checked before its first row is taken, and of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction

from throughline.core.service import service_zone
from throughline.intake.errors import DeclarationRefused, UnknownSender
from throughline.intake.models import Declared, Message, Sender
from throughline.intake.parsing import FileRefused, Position, rows
from throughline.intake.reading import Opened, raw, text_from
from throughline.intake.rules.manifest import TAIL, Manifest, Trailer, differs, trailer_of
from throughline.journal.actions import record

FURTHEST_BACK = timedelta(days=92)


def check_manifest(message: Message, opened: Opened) -> None:
    """Raise FileRefused for a file that is not as its manifest says; else note where its rows end. Needs r_match.

    A file without manifest or last line is not looked through.
    """
    trailer = _trailer(message)
    if trailer is not None:
        message.rows_end = trailer.offset
        message.save(update_fields=["rows_end"])
    said = [Manifest(rows=message.declared_rows)]
    if trailer is not None:
        said.append(trailer.manifest)
    if all(one == Manifest() for one in said):
        return
    digest = sha256()
    number = sum(1 for _ in rows(_after(_hashed(message, digest.update), opened), opened.layout))
    for one in said:
        if sentence := differs(one, rows=number, sha256=digest.hexdigest()):
            message.rows_end = None
            raise FileRefused(sentence)


def _trailer(message: Message) -> Trailer | None:
    """A file's last line, when it is none of its rows. Only a table that came as text has one."""
    if message.unpacked_size is not None:
        return None
    size = message.text_size
    begin = max(0, size - TAIL)
    return trailer_of(raw(message, begin, size - begin), size=size)


def _hashed(message: Message, update: object) -> Iterator[bytes]:
    for chunk in text_from(message, Position()):
        update(chunk)  # type: ignore[operator]
        yield chunk


def _after(chunks: Iterable[bytes], opened: Opened) -> Iterator[bytes]:
    """The bytes behind the header."""
    skip = opened.layout.body.offset
    for chunk in chunks:
        if skip < len(chunk):
            yield chunk[skip:]
        skip = max(0, skip - len(chunk))


@transaction.atomic
def declare_count(
    *,
    sender_code: str,
    day: date,
    hour: int | None,
    rows: int,
    by: UUID | None,
    at: datetime,
) -> None:
    """Keep how many rows a sender says it sent in a local day or one hour of it; said again, it is said anew.

    The ledger compares it with what arrived. Needs r_authority or r_intake.
    """
    sender = Sender.objects.filter(code=sender_code).first()
    if sender is None:
        raise UnknownSender(sender_code)
    today = at.astimezone(service_zone()).date()
    if not today - FURTHEST_BACK <= day <= today:
        raise DeclarationRefused(
            f"A count was given for {day}; days from {today - FURTHEST_BACK} to {today} are allowed."
        )
    if hour is not None and not 0 <= hour <= 23:
        raise DeclarationRefused(f"The hour is {hour}; 0 to 23 are allowed.")
    if not 0 <= rows < 10**12:
        raise DeclarationRefused(f"{rows} rows were counted; 0 and more are allowed.")
    Declared.objects.update_or_create(
        sender=sender, day=day, hour=hour, defaults={"rows": rows, "at": at, "by": by}
    )
    record(
        "intake.count_declared",
        at=at,
        by=by,
        subjects=[sender.id],
        day=day,
        hour=hour,
        rows=rows,
    )
