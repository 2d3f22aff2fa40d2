"""Identifiers: time-ordered keys for rows, random references for anything a person may see."""

from __future__ import annotations

import random
import secrets
import time
import uuid
from datetime import datetime

# In milliseconds: clocks of machines that serve together differ by far less.
HOUR = 3_600_000


def new_id() -> uuid.UUID:
    """Return a UUIDv7: rows written together lie together, and partitions can cut by time."""
    milliseconds = time.time_ns() // 1_000_000
    # Keys are no secrets, and thousands a second are made: no system call for each.
    bits = random.getrandbits(80)
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (bits >> 68 & 0xFFF) << 64
    # Nothing is left for the constructor to check, which takes as long as all of this.
    made = object.__new__(uuid.UUID)
    object.__setattr__(made, "int", value | 0b10 << 62 | bits & (1 << 62) - 1)
    object.__setattr__(made, "is_safe", uuid.SafeUUID.unknown)
    return made


def new_ref() -> uuid.UUID:
    """Return 128 random bits: a UUIDv7 tells its moment and its neighbours, a reference tells nothing."""
    return uuid.UUID(bytes=secrets.token_bytes(16))


def edge(moment: datetime) -> uuid.UUID:
    """Return the smallest key that a row made at that moment can have."""
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


def ahead() -> uuid.UUID:
    """Return a key that follows every row's made so far, whichever machine's clock made it.

    With both ends of a range of keys known, PostgreSQL plans over the months between them alone.
    """
    return uuid.UUID(int=(time.time_ns() // 1_000_000 + HOUR) << 80)
