"""What can go wrong with event tables and questions about them, each as one sentence for a person."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class MeasuresError(Exception):
    """Something given is not usable; the text says what, the value, what is allowed and what to do."""


class FolderError(MeasuresError):
    """The folder of event tables cannot be read as such."""


class QuestionError(MeasuresError):
    """The question names something that there is not."""


class MissingColumnError(QuestionError):
    """A measure names a column that its table does not have."""


class FrameError(MeasuresError):
    """A frame of one's own, or a file with one, cannot be used as what it is given as."""


class DisclosureError(MeasuresError):
    """What was to be published would give away what it hides."""


class DeclarationError(ValueError):
    """A measure is declared wrongly: a fault of whoever declares it."""


def unknown(what: str, given: str, allowed: Iterable[str]) -> str:
    """Return the sentence for a name that is not known, with the nearest or all that are."""
    names = sorted(allowed)
    near = get_close_matches(given, names, n=1, cutoff=0.6)
    if near:
        return f"There is no {what} {given!r}; did you mean {near[0]!r}?"
    return f"There is no {what} {given!r}; there are: {', '.join(names)}."
