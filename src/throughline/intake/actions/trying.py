"""Trying a file, or the undoing of a load: all of it is done, looked at, and taken back; what came of it is kept.

A person asks on a page whose process may take in nothing. The worker does it under its own login, as it does in
earnest, within a savepoint that it rolls back.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from throughline.core.copying import fetch, run
from throughline.core.errors import NotFound, Problem
from throughline.core.ids import new_id, new_ref
from throughline.core.logs import kinds_and_places
from throughline.core.prepared import execute
from throughline.core.remembering import forget
from throughline.intake.actions.found import take_up_links
from throughline.intake.actions.mended import is_mended, load_mended
from throughline.intake.actions.parsing import ROWS_A_BATCH, parse_next, take_up_mended
from throughline.intake.actions.store import of_one_size, store
from throughline.intake.actions.undoing import NOT_UNDONE, ask_to_undo, undo_next
from throughline.intake.errors import OUR_FAULT, NotTried, NotUndone
from throughline.intake.models import Message, Trial
from throughline.intake.queries.brought import left_of, things_of
from throughline.intake.queries.outcomes import outcomes
from throughline.intake.queries.receipts import receipt, receipt_of_rows
from throughline.intake.queries.undoing import follows, undoing
from throughline.journal.actions import record

log = logging.getLogger("throughline.intake")

LARGEST = 64 * 1024 * 1024
"""Bytes of a file that is tried; the command line tries files of any size."""
MOST_ROWS = 10_000
"""Rows that are tried: nothing else is read meanwhile."""
ROWS_TOLD = 1000
KEPT = timedelta(days=1)
"""How long an answer can be looked at."""


@transaction.atomic
def ask_to_try(
    *, sender_code: str, chunks: Iterable[bytes], name: str, mapping: str, by: UUID, at: datetime
) -> UUID:
    """Have the worker say what loading a file would do; return the trial's reference. Needs r_authority.

    Raises NotTried for a file of more than 64 MB.
    """
    trial = Trial(
        id=new_id(), ref=new_ref(), sender_code=sender_code, name=name[:200], mapping=mapping,
        asked_at=at, asked_by=by,
    )  # fmt: skip
    trial.save(force_insert=True)
    size = 0
    for number, chunk in enumerate(of_one_size(chunks)):
        size += len(chunk)
        if size > LARGEST:
            raise NotTried(
                f"The file is larger than {LARGEST // 1024**2} MB, which is as much as is tried from a page: upload "
                "it, or try it with throughline intake load --dry-run."
            )
        execute(
            "insert into intake_trial_chunk (trial_id, number, bytes) values (%s, %s, %s)",
            [trial.id, number, chunk],
        )
    record("intake.trial_asked", at=at, by=by, subjects=[trial.id], what="load", size=size)
    return trial.ref


@transaction.atomic
def ask_to_try_undoing(*, message_ref: UUID, by: UUID, at: datetime) -> UUID:
    """Have the worker say what undoing a load would do; return the trial's reference. Needs r_authority."""
    message = Message.objects.filter(ref=message_ref).first()
    if message is None:
        raise NotFound
    if message.state != "parsed":
        raise NotUndone(NOT_UNDONE.get(message.state, "Nothing of this file was taken in."))
    trial = Trial(id=new_id(), ref=new_ref(), message=message, asked_at=at, asked_by=by)
    trial.save(force_insert=True)
    record("intake.trial_asked", at=at, by=by, subjects=[trial.id, message.id], what="undo")
    return trial.ref


@transaction.atomic
def answer_next(*, at: datetime) -> int:
    """Try what was asked first and keep the answer; return 0 when nothing is asked. Needs r_match."""
    run("delete from intake_trial where answered_at < %s", [at - KEPT])
    trial = (
        Trial.objects.filter(answer__isnull=True)
        .select_for_update(skip_locked=True)
        .order_by("asked_at")
        .first()
    )
    if trial is None:
        return 0
    trial.answer = _tried(trial, at)
    trial.answered_at = at
    run("delete from intake_trial_chunk where trial_id = %s", [trial.id])
    trial.save(update_fields=["answer", "answered_at"])
    record("intake.trial_answered", at=at, by=None, subjects=[trial.id])
    return 1


def _tried(trial: Trial, at: datetime) -> dict[str, Any]:
    try:
        with transaction.atomic():
            found = _undo(trial, at) if trial.message_id else _load(trial, at)
            transaction.set_rollback(True)
    except (OperationalError, InterfaceError):
        raise
    except Problem as problem:
        return {"refused": problem.sentence}
    except Exception as error:
        # Its kinds and places alone: an error's text may quote a row.
        log.error("Trial %s failed\n%s", trial.ref, "\n".join(kinds_and_places(error)))
        return {"refused": OUR_FAULT}
    finally:
        # A sender that was added is none any more.
        forget()
    return found


def _load(trial: Trial, at: datetime) -> dict[str, Any]:
    if is_mended(next(_chunks(trial), b"").split(b"\n", 1)[0].decode("utf-8-sig", "replace")):
        return _load_mended(trial, at)
    stored = store(
        sender_code=trial.sender_code,
        chunks=_chunks(trial),
        name=trial.name,
        mapping=trial.mapping,
        by=trial.asked_by,
        at=at,
    )
    message = Message.objects.get(ref=stored.message_ref)
    # 0 as well where a worker beside this one is reading it.
    limit = min(MOST_ROWS, ROWS_A_BATCH)
    while message.rows_received < MOST_ROWS and parse_next(
        at=at, message_id=message.id, limit=limit
    ):
        message.refresh_from_db()
    links, done = 0, 1
    while done:
        done = take_up_links(at=at)
        links += done
    rows = outcomes(stored.message_ref, limit=ROWS_TOLD + 1)
    return {
        "receipt": receipt(stored.message_ref).as_json(),
        "rows": [row.sentence for row in rows[:ROWS_TOLD]],
        "is_more": len(rows) > ROWS_TOLD,
        "is_cut": message.state in ("stored", "parsing"),
        "known": stored.already,
        "links": links,
        "remark": message.remark,
        "refused": message.refused,
    }


def _load_mended(trial: Trial, at: datetime) -> dict[str, Any]:
    lines = io.TextIOWrapper(io.BytesIO(b"".join(_chunks(trial))), encoding="utf-8-sig", newline="")
    mended = load_mended(lines=lines, by=trial.asked_by, at=at)
    while take_up_mended(at=at):
        pass
    return {
        "receipt": receipt_of_rows(mended.refs).as_json(),
        "rows": [f"line {line}: not taken. {sentence}" for line, sentence in mended.refused],
    }


def _undo(trial: Trial, at: datetime) -> dict[str, Any]:
    message = Message.objects.get(trials=trial)
    before, things = follows(message.id), things_of(message.id)
    ask_to_undo(message_ref=message.ref, reason="a trial", by=trial.asked_by, at=at)
    done = 0
    while done < MOST_ROWS and (did := undo_next(at=at, message_id=message.id)):
        done += did
    message.refresh_from_db()
    found, after = undoing(message.ref), follows(message.id)
    return {
        "withdrawn": receipt(message.ref).rejected,
        "left": found.left,
        "standing": [{"number": one.number, "why": one.why} for one in found.standing],
        "follows": {what: after[what] - before[what] for what in after}
        | {"details": things - things_of(message.id)},
        "kept": [{"number": one.number, "sentence": one.sentence} for one in left_of(message.ref)],
        "is_cut": message.state == "undoing",
    }


def _chunks(trial: Trial) -> Iterator[bytes]:
    number = 0
    while found := fetch(
        "select bytes from intake_trial_chunk where trial_id = %s and number = %s",
        [trial.id, number],
    ):
        yield bytes(found[0][0])
        number += 1
