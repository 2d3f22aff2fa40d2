"""Values of options: one of a known list, or several words with commas."""

from __future__ import annotations

from collections.abc import Sequence

from throughline.core.errors import Problem


def one_of(value: str, allowed: Sequence[str], option: str) -> str:
    """Return the value if it is allowed; else say what is."""
    if value not in allowed:
        raise Problem(f"{option} is {value!r}; it is one of {', '.join(allowed)}.")
    return value


def words(value: str) -> list[str]:
    """Return the words between the commas, in lower case."""
    return [word.strip().lower() for word in value.split(",") if word.strip()]
