"""Reading stored messages: one batch is one transaction, and the place to go on is saved in it.

So whatever is killed, and whenever, no row is lost and none is taken twice.
"""

from __future__ import annotations

import gc
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from throughline.core.copying import run
from throughline.core.logs import kinds_and_places
from throughline.core.reads import Read
from throughline.intake.actions.gathering import is_small, parse_small
from throughline.intake.actions.manifests import check_manifest
from throughline.intake.actions.taking import Due, Taken, take_in_surely
from throughline.intake.actions.telling import parsed, told
from throughline.intake.actions.unpacking import unpack
from throughline.intake.errors import OUR_FAULT
from throughline.intake.models import IncomingRow, Message, Quarantined
from throughline.intake.parsing import FileRefused, Position, Row
from throughline.intake.queries.days import day_received
from throughline.intake.reading import Batch, as_read, next_batch, open_message, read_mended
from throughline.journal.actions import record_all

log = logging.getLogger("throughline.intake")

ROWS_A_BATCH = 5000
MENDED_AT_ONCE = 500


def parse_next(
    *,
    at: datetime,
    message_id: UUID | None = None,
    limit: int = ROWS_A_BATCH,
    gather: timedelta = timedelta(0),
) -> int:
    """Read a batch of the oldest waiting message (or of this one) and return how many rows it had.

    With a small one of records, others are read that wait like it; it is due once it has let them `gather` for so
    long, and everything behind it came later. A message that was only unpacked,
    closed or refused counts as one, since 0 means that nothing is due.
    """
    message = _claim(message_id)
    if message is None:
        return 0
    if message_id is None and is_small(message):
        if timedelta(0) <= at - message.received_at < gather:
            return 0
        with _without_cycles():
            if did := parse_small(message, at=at):
                return did
    try:
        with transaction.atomic():
            if unpack(message, at=at):
                return 1
            opened = open_message(message)
            if message.position is None:
                check_manifest(message, opened)
    except FileRefused as refused:
        _refuse(message, str(refused), at)
        return 1
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # Or it would be the oldest for ever, and nothing behind it would be read. Its kinds and places alone: an
        # error's text may quote the message.
        log.error("Message %s failed\n%s", message.ref, "\n".join(kinds_and_places(error)))
        _refuse(message, OUR_FAULT, at)
        return 1
    with _without_cycles():
        batch = next_batch(message, opened, limit=limit)
        day = day_received(message)
        taken = take_in_surely(
            [Due(message, day, read) for read in batch.rows],
            at=at,
            ahead=batch.wanted,
        )
        _save(message, batch, taken, at)
    return max(1, len(batch.rows))


@contextmanager
def _without_cycles() -> Iterator[None]:
    """Let the collector of cycles rest: a batch makes a million values and no cycle, and is gone at its end.

    To look through them again and again took a quarter of all the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            # What is read ahead by now would be looked through at once. This puts it unseen among the old.
            gc.freeze()
            gc.unfreeze()
            gc.enable()


def take_up_mended(*, at: datetime) -> int:
    """Take in rows that a person mended in quarantine, and return how many."""
    waiting = list(
        Quarantined.objects.filter(state="corrected", taken_up_at__isnull=True)
        .order_by("decided_at")
        .select_for_update(skip_locked=True)[:MENDED_AT_ONCE]
    )
    by_message: dict[UUID, list[Quarantined]] = defaultdict(list)
    for one in waiting:
        by_message[one.message_id].append(one)
    for message_id, mended in by_message.items():
        message = Message.objects.select_related("sender").get(id=message_id)
        _take_up(message, mended, at)
    return len(waiting)


def _take_up(message: Message, mended: list[Quarantined], at: datetime) -> None:
    places = {
        row.number: row
        for row in IncomingRow.objects.filter(
            message=message, number__in=[one.number for one in mended]
        )
    }
    reads = []
    for one in mended:
        row = places[one.number]
        place = Row(row.number, 0, 1, row.offset, row.length, None)
        said = read_mended(message, one.correction or {})
        reads.append(as_read(place, said, message.sender.code))
    run(
        "update intake_quarantined set taken_up_at = %s where id = any(%s)",
        [at, [one.id for one in mended]],
    )
    day = day_received(message)
    due = [Due(message, day, read) for read in reads]
    taken = take_in_surely(due, at=at)
    moved = {"from": {"waiting": len(mended)}, "to": dict(taken.places[message.id])}
    record_all([told("intake.rows_moved", message, at, moved)])


_OLDEST = Read(
    lambda: (
        Message.objects.filter(state__in=["stored", "parsing"])
        .select_related("sender")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("received_at")[:1]
    )
)


def _claim(message_id: UUID | None) -> Message | None:
    if message_id is None:
        return _OLDEST.first()
    waiting = Message.objects.filter(state__in=["stored", "parsing"], id=message_id)
    return (
        waiting.select_related("sender").select_for_update(skip_locked=True, of=("self",)).first()
    )


def _save(message: Message, batch: Batch, taken: Taken, at: datetime) -> None:
    after: Position = batch.after
    message.position = {"offset": after.offset, "row": after.row, "line": after.line}
    message.rows_received += len(batch.rows)
    message.state = "parsed" if batch.is_last else "parsing"
    message.parsed_at = at if batch.is_last else None
    message.save(update_fields=["position", "rows_received", "state", "parsed_at"])
    entry = parsed(
        message,
        [read.row.row for read in batch.rows],
        taken.places[message.id],
        at=at,
        finished=batch.is_last,
        positives=taken.tally.positives,
        cases_opened=taken.tally.opened,
        cases_joined=taken.tally.joined,
        excluded=taken.tally.excluded,
    )
    record_all([entry])


def _refuse(message: Message, sentence: str, at: datetime) -> None:
    message.state, message.refused, message.parsed_at = "refused", sentence, at
    message.save(update_fields=["state", "refused", "parsed_at"])
    record_all([told("intake.message_refused", message, at, {})])
