"""Where a quoted field is still open at the end of a line, in the way the csv module reads."""

from __future__ import annotations

import re
from functools import cache


@cache
def _whole(separator: str) -> re.Pattern[str]:
    """A line all of whose fields are closed.

    A quote opens a field only at its start; anywhere else it is a letter like others. The
    possessive forms keep the match linear, whatever is thrown at it.
    """
    end = re.escape(separator)
    field = f'(?:"(?:[^"]++|"")*+"(?!")[^{end}]*+|(?!")[^{end}]*+)'
    return re.compile(f"{field}(?:{end}{field})*+", re.DOTALL)


def is_open(text: str, separator: str | None = None) -> bool:
    """Whether the record goes on in the next line. Without a separator, by counting quotes."""
    if separator is None:
        return text.count('"') % 2 == 1
    return _whole(separator).fullmatch(text) is None
