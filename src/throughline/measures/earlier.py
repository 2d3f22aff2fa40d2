"""Answers that were published before, read back from the JSON in which they were printed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from throughline.measures.answers import Answer, Pair
from throughline.measures.errors import FolderError


def read(path: Path) -> list[Answer]:
    """Read the JSON array of an earlier release. Raises FolderError for a file that is none.

    >>> read(Path("weeks.csv"))
    Traceback (most recent call last):
    throughline.measures.errors.FolderError: weeks.csv is not a JSON array of answers; \
give what `throughline measure --public` printed as JSON before.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
        if isinstance(told, list):
            return answers(told)
    except OSError as error:
        raise FolderError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        pass
    raise FolderError(
        f"{path} is not a JSON array of answers; give what `throughline measure --public` printed as JSON before."
    )


def answers(told: Iterable[Mapping[str, Any]]) -> list[Answer]:
    """Return answers from the objects of the contract. Raises TypeError or ValueError for what is none."""
    return [_answer(one) for one in told]


def _answer(told: Mapping[str, Any]) -> Answer:
    pairs = {name: Pair(**pair) for name, pair in told.get("components", {}).items()}
    answer = Answer(**{**told, "components": pairs, "beside": dict(told.get("beside", {}))})
    numbers = (answer.numerator, answer.denominator, answer.value, *answer.beside.values())
    if not all(one is None or isinstance(one, int | float) for one in numbers):
        raise ValueError("A number of an answer is none.")
    return Answer(
        **{**told, "group": dict(answer.group), "components": pairs, "beside": answer.beside}
    )
