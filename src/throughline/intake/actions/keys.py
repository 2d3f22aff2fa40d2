"""Making, revoking and noting the use of the keys by which senders' machines are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.core.copying import run
from throughline.intake.errors import KeyRefused, UnknownSender
from throughline.intake.models import Sender, SenderKey
from throughline.intake.rules.keys import DAYS, MOST_VALID, PER_MINUTE, make_key, may_add, state_of
from throughline.journal.actions import record

NOTED_EVERY = timedelta(minutes=10)
"""When a key was last used is told to so many minutes: to write it at each request would cost another write."""

LONGEST = 3 * 365


@dataclass(frozen=True, kw_only=True)
class KeyMade:
    """A key, shown this once."""

    text: str
    prefix: str
    sender: str
    expires_at: datetime


@transaction.atomic
def add_key(
    *,
    sender_code: str,
    by: UUID | None,
    at: datetime,
    days: int = DAYS,
    per_minute: int = PER_MINUTE,
) -> KeyMade:
    """Make a key for a sender and return it, this once. Two are valid at once, so that one can be changed."""
    # Locked, so that of two who add one at the same moment the second sees the first's.
    sender = Sender.objects.select_for_update().filter(code=sender_code).first()
    if sender is None:
        raise UnknownSender(sender_code)
    _check(days, per_minute)
    keys = SenderKey.objects.filter(sender=sender).order_by("created_at")
    states = {
        key.prefix: state_of(expires_at=key.expires_at, revoked_at=key.revoked_at, at=at)
        for key in keys
    }
    if not may_add(states.values()):
        valid = " and ".join(prefix for prefix, state in states.items() if state == "valid")
        raise KeyRefused(
            f"{sender.code!r} has {MOST_VALID} valid keys, {valid}, which is as many as may be at once: "
            "revoke the one that is not used any more, then add a new one."
        )
    made = make_key()
    key = SenderKey.objects.create(
        sender=sender,
        prefix=made.prefix,
        sha256=made.sha256,
        per_minute=per_minute,
        created_at=at,
        created_by=by,
        expires_at=at + timedelta(days=days),
    )
    record(
        "intake.key_added",
        at=at,
        by=by,
        subjects=[key.id, sender.id],
        prefix=key.prefix,
        expires_at=key.expires_at,
        per_minute=per_minute,
    )
    return KeyMade(
        text=made.text, prefix=made.prefix, sender=sender.code, expires_at=key.expires_at
    )


@transaction.atomic
def revoke_key(*, prefix: str, by: UUID | None, at: datetime) -> str:
    """Let a key open nothing from now on; return its sender's name. Revoked again, it stays as it was."""
    key = (
        SenderKey.objects.select_related("sender")
        .select_for_update(of=("self",))
        .filter(prefix=prefix)
        .first()
    )
    if key is None:
        raise KeyRefused(
            f"There is no key {prefix[:20]!r}; `throughline senders key list` shows the beginnings of all."
        )
    if key.revoked_at is None:
        key.revoked_at, key.revoked_by = at, by
        key.save(update_fields=["revoked_at", "revoked_by"])
        record("intake.key_revoked", at=at, by=by, subjects=[key.id, key.sender_id], prefix=prefix)
    return key.sender.code


@transaction.atomic
def note_use(*, key_id: UUID, at: datetime) -> bool:
    """Note that a key was used, every ten minutes at most; say whether it was noted. Needs r_intake."""
    changed = run(
        """update intake_sender_key set last_used_at = %s
        where id = %s and (last_used_at is null or last_used_at <= %s)""",
        [at, key_id, at - NOTED_EVERY],
    )
    if changed:
        record("intake.key_used", at=at, by=None, subjects=[key_id])
    return bool(changed)


def _check(days: int, per_minute: int) -> None:
    if not 1 <= days <= LONGEST:
        raise KeyRefused(
            f"A key was asked for that is valid for {days} days; 1 to {LONGEST} are allowed."
        )
    if not 1 <= per_minute <= 1_000_000:
        raise KeyRefused(
            f"{per_minute} requests a minute were asked for; 1 to 1,000,000 are allowed."
        )
