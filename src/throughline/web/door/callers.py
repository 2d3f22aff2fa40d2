"""Whose key a request shows, and whether it comes too often.

How often is counted in each process for itself, in memory: exact while one process serves the door, as the supervisor
starts it; behind several, each lets through the key's full rate. A restart begins anew.
"""

from __future__ import annotations

import math
import threading
import time
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from throughline.intake.queries.keys import KnownKey, known_key
from throughline.intake.rules import rate
from throughline.web.door.denied import denied

_buckets: dict[UUID, rate.Bucket] = {}
_lock = threading.Lock()

SCHEME = "Bearer "


def caller(request: HttpRequest, *, at: datetime) -> KnownKey:
    """Return the key of a request. Raises Denied (401, 429)."""
    given = request.headers.get("Authorization", "")
    if not given.startswith(SCHEME):
        raise denied(
            401,
            "login",
            "The request shows no key: send the header Authorization: Bearer, and behind it the key that the "
            "authority gave you.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    found = known_key(given.removeprefix(SCHEME).strip(), at=at)
    if found is None or found.state != "valid":
        # Nothing is told of a key to who does not hold it; whoever does, learns why.
        why = f"was {found.state}" if found and found.state == "revoked" else "has expired"
        raise denied(
            401,
            "expired" if found else "unknown",
            f"The key {why}: ask the authority for a new one."
            if found
            else "The key is not known here: check that it was copied whole, or ask the authority for a new one.",
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        )
    _count(found)
    return found


def _count(key: KnownKey) -> None:
    now = time.monotonic()
    with _lock:
        bucket = _buckets.setdefault(key.id, rate.full(key.per_minute, now))
        wait = rate.take(bucket, per_minute=key.per_minute, now=now)
    if wait:
        seconds = math.ceil(wait)
        raise denied(
            429,
            "throttled",
            f"With this key {key.per_minute:,} requests a minute are taken, and more came: wait "
            f"{seconds} s and send it again. Several results in one message count once.",
            headers={"Retry-After": str(seconds)},
        )
