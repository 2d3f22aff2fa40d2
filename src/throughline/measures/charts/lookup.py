"""Asking for the figures of a chart, and finding one among many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from throughline.measures import asking
from throughline.measures.answers import Answer
from throughline.measures.errors import MissingColumnError
from throughline.measures.events import Events
from throughline.measures.questions import question

HEALTH_PROTECTION = "health_protection"


def computed(
    events: Events, measures: Sequence[str], *, public: bool = False, **asked: Any
) -> list[Answer]:
    """Return the answers of those measures for which the tables have the columns; public ones are suppressed together.

    Raises QuestionError for what there is not, and for what is never public.
    """
    found: list[Answer] = []
    for measure in measures:
        if public:
            told = {key: asked[key] for key in ("by", "where") if key in asked}
            asking.check_public(question(measure, **told))
        try:
            found += events.measure(measure, **asked)
        except MissingColumnError:
            continue
    return suppressed(found) if public else found


def suppressed(answers: Sequence[Answer]) -> list[Answer]:
    """Return what is drawn in one chart as it may be published."""
    from throughline.measures.disclosure import (
        suppress,
    )  # loads a solver, which a chart of all has no use for

    return suppress(answers)


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
