"""Unpacking a message that is not plain CSV, once, before its first row is read; its own bytes stay for ever."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import datetime
from typing import cast

from django.db import connection, transaction

from throughline.core.copying import fetch
from throughline.definitions import queries as definitions
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.actions.store import of_one_size
from throughline.intake.models import Message
from throughline.intake.unpacking import is_packed, unpacked
from throughline.journal.actions import record


def unpack(message: Message, *, at: datetime) -> bool:
    """Unpack a message that needs it and is not yet, and say whether it was. Needs r_match.

    Raises FileRefused, and leaves nothing of it, when it cannot be read at all.
    """
    if message.unpacked_size is not None or message.position is not None:
        return False
    form = cast(Mapping, definitions.get("mapping", message.mapping, message.mapping_version).form)
    if not is_packed(next(_chunks(message), b""), form):
        return False
    with transaction.atomic():
        message.remark, message.unpacked_size = _write(message, unpacked(_chunks(message), form))
        message.save(update_fields=["remark", "unpacked_size"])
        record(
            "intake.message_unpacked",
            at=at,
            by=None,
            subjects=[message.id, message.sender_id],
            size=message.unpacked_size,
        )
    return True


def _chunks(message: Message) -> Iterator[bytes]:
    """A message's own bytes, one chunk in memory at a time."""
    number = 0
    while found := fetch(
        "select bytes from intake_chunk where message_id = %s and number = %s", [message.id, number]
    ):
        yield bytes(found[0][0])
        number += 1


def _write(message: Message, text: Generator[bytes, None, str]) -> tuple[str, int]:
    size, remark = 0, ""

    def pieces() -> Iterator[bytes]:
        nonlocal remark
        remark = yield from text

    with connection.cursor() as cursor:
        for number, chunk in enumerate(of_one_size(pieces())):
            size += len(chunk)
            cursor.execute(
                "insert into intake_unpacked (message_id, number, bytes) values (%s, %s, %s)",
                [message.id, number, chunk],
            )
    return remark, size
