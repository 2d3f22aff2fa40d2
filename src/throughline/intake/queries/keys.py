"""Senders' keys: whose a key is, as the door asks it, and all keys of a sender, as people see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch
from throughline.core.prepared import one
from throughline.core.remembering import remember
from throughline.intake.rules.keys import KeyState, is_same, prefix_of, state_of


@dataclass(frozen=True, kw_only=True)
class KnownKey:
    """A key that somebody showed, and whose it is."""

    id: UUID
    prefix: str
    state: KeyState
    per_minute: int
    last_used_at: datetime | None
    sender_id: UUID
    sender: str
    mapping: str
    # Of the service: whether numbers that ring nowhere are taken, as in a demonstration.
    accepts_drama_numbers: bool


@dataclass(frozen=True, kw_only=True)
class KeyLine:
    """A key as people see it: by its beginning."""

    sender: str
    prefix: str
    state: KeyState
    per_minute: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


def known_key(text: str, *, at: datetime) -> KnownKey | None:
    """Return whose key a text is, whatever its state; None when it is nobody's. Needs r_intake."""
    prefix = prefix_of(text)
    if prefix is None:
        return None
    row = one(
        """select k.id, k.prefix, k.sha256, k.per_minute, k.expires_at, k.revoked_at, k.last_used_at,
            k.sender_id, s.code, s.mapping,
            coalesce((select accepts_drama_numbers from core_service where id = 1), false) as drama
        from intake_sender_key k join intake_sender s on s.id = k.sender_id
        where k.prefix = %(prefix)s""",
        {"prefix": prefix},
    )
    if row is None or not is_same(text, bytes(row["sha256"])):
        return None
    # Asked again when the message is kept.
    remember(("sender", row["code"]), {"id": row["sender_id"], "mapping": row["mapping"]})
    return KnownKey(
        id=row["id"],
        prefix=row["prefix"],
        state=state_of(expires_at=row["expires_at"], revoked_at=row["revoked_at"], at=at),
        per_minute=row["per_minute"],
        last_used_at=row["last_used_at"],
        sender_id=row["sender_id"],
        sender=row["code"],
        mapping=row["mapping"],
        accepts_drama_numbers=row["drama"],
    )


def keys_of(sender_code: str | None = None, *, at: datetime) -> tuple[KeyLine, ...]:
    """Return a sender's keys, or everybody's, the newest first."""
    rows = fetch(
        """select s.code, k.prefix, k.per_minute, k.created_at, k.expires_at, k.revoked_at, k.last_used_at
        from intake_sender_key k join intake_sender s on s.id = k.sender_id
        where %(code)s::text is null or s.code = %(code)s order by s.code, k.created_at desc, k.id""",
        {"code": sender_code},
    )
    return tuple(
        KeyLine(
            sender=sender,
            prefix=prefix,
            state=state_of(expires_at=expires, revoked_at=revoked, at=at),
            per_minute=per_minute,
            created_at=created,
            expires_at=expires,
            revoked_at=revoked,
            last_used_at=used,
        )
        for sender, prefix, per_minute, created, expires, revoked, used in rows
    )
