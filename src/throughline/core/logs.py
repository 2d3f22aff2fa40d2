"""What a line of a log may hold: never the text of an error, which may quote a row.

"duplicate key value: (phone)=(…)" is how a database, and many a library, explains itself. So a failure is
logged as its kind and the places in the code that led to it; whoever mends it needs no more.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import PurePath

PLACES = 8


class Line(logging.Formatter):
    """A line with moment, level and message; below it a failure's kinds and places."""

    def __init__(self) -> None:
        """Fix the line's form."""
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """Return kinds and places, without what was said."""
        error = ei[1] if isinstance(ei, tuple) else sys.exception()
        return "\n".join(kinds_and_places(error)) if error else ""


def kinds_and_places(error: BaseException) -> list[str]:
    """Return a line for the error and one for each that caused it, outermost first."""
    lines = []
    cause: BaseException | None = error
    while cause is not None:
        frames = traceback.extract_tb(cause.__traceback__)[-PLACES:]
        places = " > ".join(f"{_short(frame.filename)}:{frame.lineno}" for frame in frames)
        lines.append(f"  {type(cause).__name__} at {places or 'an unknown place'}")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return lines


def _short(filename: str) -> str:
    return "/".join(PurePath(filename).parts[-3:])
