"""Identifiers: time-ordered keys for rows, random references for anything a person may see."""

from __future__ import annotations

import random
import secrets
import time
import uuid


def new_id() -> uuid.UUID:
    """Return a UUIDv7: rows written together lie together, and partitions can cut by time."""
    milliseconds = time.time_ns() // 1_000_000
    # Keys are no secrets, and thousands a second are made: no system call for each.
    bits = random.getrandbits(80)
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (bits >> 68 & 0xFFF) << 64
    return uuid.UUID(int=value | 0b10 << 62 | bits & (1 << 62) - 1)


def new_ref() -> uuid.UUID:
    """Return 128 random bits: a UUIDv7 tells its moment and its neighbours, a reference tells nothing."""
    return uuid.UUID(bytes=secrets.token_bytes(16))
