"""Finding one figure among many."""

from __future__ import annotations

from collections.abc import Iterable

from throughline.measures.answers import Answer

HEALTH_PROTECTION = "health_protection"


def find(
    answers: Iterable[Answer], measure: str, band: str | None = None, **group: str | None
) -> Answer | None:
    """Return the first answer of this measure and band whose group has these values, or None."""
    return next(
        (
            one
            for one in answers
            if one.measure == measure
            and one.band == band
            and all(one.group.get(key) == value for key, value in group.items())
        ),
        None,
    )


def series(answers: Iterable[Answer], measure: str, key: str) -> list[tuple[str, Answer]]:
    """Return the answers of one measure that have this group, in its order: weeks, days, hours."""
    return sorted(
        (
            (value, one)
            for one in answers
            if one.measure == measure and (value := one.group.get(key)) is not None
        ),
        key=lambda pair: pair[0],
    )
