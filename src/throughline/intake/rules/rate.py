"""How many requests a minute a key may make: a bucket that fills at an even rate."""

from __future__ import annotations

from dataclasses import dataclass

BURST_SECONDS = 10
"""So many seconds' worth may come at once."""


@dataclass(slots=True)
class Bucket:
    """What is left to a key, and when it was counted last (seconds of a clock that only goes on)."""

    left: float
    counted: float


def full(per_minute: int, now: float) -> Bucket:
    """Return the bucket of a key that was silent."""
    return Bucket(left=most(per_minute), counted=now)


def most(per_minute: int) -> float:
    """Return how many requests may come at once."""
    return max(1.0, per_minute / 60 * BURST_SECONDS)


def take(bucket: Bucket, *, per_minute: int, now: float) -> float:
    """Take one request out and return 0, or leave the bucket and return the seconds to wait for one."""
    each_second = per_minute / 60
    elapsed = max(0.0, now - bucket.counted)
    bucket.left = min(most(per_minute), bucket.left + elapsed * each_second)
    bucket.counted = now
    if bucket.left >= 1:
        bucket.left -= 1
        return 0.0
    return (1 - bucket.left) / each_second
