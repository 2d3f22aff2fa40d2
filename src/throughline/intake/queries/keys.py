"""Senders' keys: whose a key is, as the door asks it, and all keys of a sender, as people see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from throughline.core.context import acting, as_role, transaction_as
from throughline.core.prepared import fetch
from throughline.core.remembering import remember
from throughline.core.roles import Role
from throughline.core.wire import WholeAct
from throughline.definitions import queries as definitions
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


KEY = f"""select json_build_object('id', k.id, 'prefix', k.prefix, 'sha256', encode(k.sha256, 'hex'),
        'per_minute', k.per_minute, 'expires_at', k.expires_at, 'revoked_at', k.revoked_at,
        'last_used_at', k.last_used_at, 'sender_id', k.sender_id, 'code', s.code, 'mapping', s.mapping,
        'drama', coalesce((select accepts_drama_numbers from core_service where id = 1), false),
        'mappings', {definitions.versions_within("mapping")})::text as told
    from intake_sender_key k join intake_sender s on s.id = k.sender_id
    where k.prefix = %(prefix)s"""  # noqa: S608 - our own expression
ALONE = WholeAct(KEY)


def known_key(text: str, *, at: datetime) -> KnownKey | None:
    """Return whose key a text is, whatever its state; None when it is nobody's. Needs the intake door's login.

    What keeping a message asks again is remembered with it: its sender, and the mappings that there are.
    """
    prefix = prefix_of(text)
    if prefix is None:
        return None
    row = _told(prefix)
    if row is None or not is_same(text, bytes.fromhex(row["sha256"])):
        return None
    sender = UUID(row["sender_id"])
    remember(("sender", row["code"]), {"id": sender, "mapping": row["mapping"]})
    if not definitions.remember_versions("mapping", row["mappings"]):
        with transaction_as(Role.INTAKE):
            definitions.versions("mapping")
    expires, revoked = datetime.fromisoformat(row["expires_at"]), _moment(row["revoked_at"])
    return KnownKey(
        id=UUID(row["id"]),
        prefix=row["prefix"],
        state=state_of(expires_at=expires, revoked_at=revoked, at=at),
        per_minute=row["per_minute"],
        last_used_at=_moment(row["last_used_at"]),
        sender_id=sender,
        sender=row["code"],
        mapping=row["mapping"],
        accepts_drama_numbers=row["drama"],
    )


def _told(prefix: str) -> dict[str, Any] | None:
    values = {"prefix": prefix}
    if connection.in_atomic_block:
        with acting(Role.INTAKE):
            rows: Sequence[Sequence[Any]] = fetch(KEY, values)
    else:
        # All of it in one message each way.
        rows = ALONE.run(as_role(Role.INTAKE), values)
    return next((orjson.loads(told) for (told,) in rows), None)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


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
