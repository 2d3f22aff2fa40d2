"""Senders' keys: how one is made, told by its beginning, and compared."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from typing import Literal, NamedTuple

KeyState = Literal["valid", "expired", "revoked"]

MOST_VALID = 2
"""So many keys of one sender are valid at once: the one in use, and the one it is being changed for."""

DAYS = 365
"""How long a key is valid unless told otherwise."""

PER_MINUTE = 12_000
"""Requests a minute with one key unless told otherwise: 200 a second."""

_SHAPE = re.compile(r"(tl_[0-9a-f]{8})_[A-Za-z0-9_-]{43}")


class NewKey(NamedTuple):
    """A key as its sender gets it, once; what is kept of it is its beginning and its hash."""

    text: str
    prefix: str
    sha256: bytes


def make_key() -> NewKey:
    """Return a key of 256 random bits. So long a key needs no slow hash: nobody can try them all."""
    prefix = f"tl_{secrets.token_hex(4)}"
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    return NewKey(text, prefix, hash_of(text))


def prefix_of(text: str) -> str | None:
    """Return a key's beginning, or None for a text that no key looks like."""
    found = _SHAPE.fullmatch(text)
    return found[1] if found else None


def hash_of(text: str) -> bytes:
    """Return what is kept of a key."""
    return sha256(text.encode()).digest()


def is_same(text: str, kept: bytes) -> bool:
    """Compare a key with what was kept, in a time that tells nothing."""
    return hmac.compare_digest(hash_of(text), kept)


def state_of(*, expires_at: datetime, revoked_at: datetime | None, at: datetime) -> KeyState:
    """Say whether a key opens the door at that moment."""
    if revoked_at is not None:
        return "revoked"
    return "valid" if at < expires_at else "expired"


def may_add(states: Collection[KeyState]) -> bool:
    """Say whether a sender with keys in these states may have one more."""
    return list(states).count("valid") < MOST_VALID
