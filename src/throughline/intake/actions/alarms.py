"""The ledger's alarms, noted in the journal when they begin and when they end, so that nobody need be looking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.core.copying import fetch
from throughline.core.service import service_zone
from throughline.intake.queries.alarms import BEGAN, DAYS, ENDED, OF_ANY_AGE, Key, standing
from throughline.intake.queries.ledger import ledger
from throughline.journal.actions import Act, record_all


@transaction.atomic
def note_alarms(*, at: datetime) -> int:
    """Look at the last days' ledger; note each alarm that is new and each that is no more; return how many.

    What it compares must be of one moment, or rows that come meanwhile seem to be missing: run it in a
    transaction of one snapshot. Needs r_match.
    """
    found = {alarm.key for alarm in ledger(days=DAYS, at=at).alarms}
    known = standing().keys()
    began, ended = found - known, known - found
    if not began and not ended:
        return 0
    senders: dict[str, UUID] = dict(fetch("select code, id from intake_sender"))
    since = at.astimezone(service_zone()).date() - timedelta(days=DAYS - 1)
    record_all([*_began(began, senders, at), *_ended(ended, senders, since, at)])
    return len(began) + len(ended)


def _began(keys: set[Key], senders: dict[str, UUID], at: datetime) -> Iterator[Act]:
    for key in _sorted(keys):
        yield Act(kind=BEGAN, at=at, subjects=_subjects(key, senders), body=_body(key))


def _ended(keys: set[Key], senders: dict[str, UUID], since: date, at: datetime) -> Iterator[Act]:
    for key in _sorted(keys):
        code, _, day, _ = key
        older = day < since and code not in OF_ANY_AGE
        body = _body(key) | {"because": "older" if older else "mended"}
        yield Act(kind=ENDED, at=at, subjects=_subjects(key, senders), body=body)


def _sorted(keys: set[Key]) -> list[Key]:
    return sorted(keys, key=lambda key: (*key[:3], str(key[3])))


def _subjects(key: Key, senders: dict[str, UUID]) -> list[UUID]:
    return [senders[key[1]]] if key[1] in senders else []


def _body(key: Key) -> dict[str, object]:
    code, sender, day, hour = key
    told = hour.isoformat() if hour else None
    return {"code": code, "sender": sender, "day": day.isoformat(), "hour": told}
