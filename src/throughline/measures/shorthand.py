"""Why a figure has no number, in the shorthand of United Kingdom official statistics: the same in tables, charts and words."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.measures.answers import Answer

CONFIDENTIAL, NOT_AVAILABLE, NOT_APPLICABLE = "c", "x", "z"
HIDDEN = "counts of 1 to 4 people, and figures that would give one away, are not published"


def why_none(answer: Answer | None, part: str = "value") -> str:
    """Return the mark of a number that an answer does not have; of no answer it is not available."""
    if answer is None:
        return NOT_AVAILABLE
    if answer.suppressed or (part in answer.beside and answer.beside[part] is None):
        return CONFIDENTIAL
    if answer.denominator == 0 or any(pair.denominator == 0 for pair in answer.components.values()):
        return NOT_APPLICABLE
    return NOT_AVAILABLE


def marked(marks: Mapping[str, str]) -> str:
    """Write the marks of a row by column, as the CSV of every table has them; those of no text are left out."""
    return "; ".join(f"{column}: {mark}" for column, mark in marks.items() if mark)


def mark_of(marks: str, column: str) -> str:
    """Return the mark that a row tells for a column."""
    return dict(one.split(": ") for one in marks.split("; ") if one).get(column, NOT_AVAILABLE)
