"""The laboratories of a replay: they send a week's files as they come, each until it is acknowledged.

    python -m tests.process.laboratories FOLDER RESULTS A_DAY SEED UNTIL

Everything goes through the real door, with its own login. What was acknowledged is written to `sent.jsonl`, one line
a file, only after the door has come back. The moments of arrival are the week's, not today's.
"""

from __future__ import annotations

import hashlib
import sys
import time
from datetime import date
from pathlib import Path
from random import Random

from tests.process.load import Notes, django, until_it_answers

from throughline.rehearsal.replay.week import File, Week
from throughline.rehearsal.replay.writing import MAPPINGS, as_bytes

AHEAD = 12
"""Files that wait to be read before the next is sent, so that a kill meets the door as well as the worker."""

AGAIN = 0.05
"""How many files are sent a second time, as after an answer that was lost on its way."""


def send(folder: Path, week: Week, seed: int) -> None:
    """Send every file, in order; what is sent again must be known."""
    notes, stop, draw = Notes(folder / "sent.jsonl"), folder / "stop", Random(seed)  # noqa: S311 - no secret
    for file in week.files():
        rows = week.rows_of(file)
        data = as_bytes(file, rows)
        while (until_it_answers(_waiting, stop) or 0) > AHEAD:
            time.sleep(0.2)
        ref = _stored(file, data, len(rows), stop)
        notes.add(ref=ref, rows=len(rows))
        if draw.random() < AGAIN and _stored(file, data, len(rows), stop) != ref:
            raise RuntimeError(f"{file.name} was sent again and is not the same message")
    notes.add(all=True)


def _stored(file: File, data: bytes, rows: int, stop: Path) -> str:
    from throughline.intake.actions import store
    from throughline.intake.rules.manifest import Manifest

    manifest = Manifest()
    if file.sender.form == "csv":
        manifest = Manifest(rows=rows, sha256=hashlib.sha256(data).hexdigest())

    def keep() -> str:
        stored = store(
            sender_code=file.sender.code,
            chunks=[data],
            message_id=file.name,
            name=file.name,
            mapping=MAPPINGS[file.sender.form],
            manifest=manifest,
            by=None,
            at=file.arrives_at,
        )
        return str(stored.message_ref)

    ref = until_it_answers(keep, stop)
    if ref is None:
        raise RuntimeError("the replay was stopped")
    return ref


def _waiting() -> int:
    from throughline.core.context import transaction_as
    from throughline.core.roles import Role
    from throughline.intake.models import Message

    with transaction_as(Role.INTAKE):
        return Message.objects.filter(state__in=("stored", "parsing")).count()


def main() -> None:
    """Be all laboratories for a week."""
    folder, results, a_day, seed, until = sys.argv[1:]
    django("intake")
    week = Week(
        results=int(results),
        seed=int(seed),
        until=date.fromisoformat(until),
        a_day=int(a_day),
    )
    send(Path(folder), week, int(seed))


if __name__ == "__main__":
    main()
