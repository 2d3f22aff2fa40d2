"""The ledger as a picture: one stacked bar of where every received row is, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TITLES = {
    "waiting": "Waiting to be read",
    "accepted": "Accepted",
    "duplicate": "Duplicate",
    "corrected": "Corrected an earlier row",
    "quarantined": "In quarantine",
    "rejected": "Rejected with a reason",
}
WIDTH = 1000


@dataclass(frozen=True, kw_only=True)
class Part:
    """One place in the balance, with its stretch of the bar."""

    code: str
    title: str
    number: int
    left: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Received against the sum of its places."""

    received: int
    parts: tuple[Part, ...]
    missing: int
    sentence: str


def balance_of(*, received: int, places: Mapping[str, int]) -> Balance:
    """Lay the places along the bar; the difference to what was received is `missing`."""
    unknown = set(places) - set(TITLES)
    if unknown:
        raise ValueError(
            f"The balance has no place {sorted(unknown)}; its places are {list(TITLES)}."
        )
    numbers = {code: places.get(code, 0) for code in TITLES}
    total = sum(numbers.values())
    whole = max(received, total, 1)
    parts, left = [], 0.0
    for code, number in numbers.items():
        width = round(WIDTH * number / whole, 2)
        parts.append(
            Part(code=code, title=TITLES[code], number=number, left=round(left, 2), width=width)
        )
        left += width
    missing = received - total
    return Balance(received=received, parts=tuple(parts), missing=missing,
                   sentence=_sentence(received=received, total=total))  # fmt: skip


def _sentence(*, received: int, total: int) -> str:
    if received == total:
        return f"{received:,} rows received, and each is in exactly one place."
    apart = abs(received - total)
    rows = "1 row" if apart == 1 else f"{apart:,} rows"
    side = "too few" if total < received else "too many"
    return (
        f"{received:,} rows received, {total:,} accounted for: {rows} {side}. "
        "Nothing is lost: the messages are stored. Open the sender's ledger to see where they part."
    )
