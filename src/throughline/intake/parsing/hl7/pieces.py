"""A stream of bytes cut where a message, a batch or a file begins or ends, in the memory of one message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MAX_MESSAGE = 1024 * 1024
"""Bytes in one message. A result has some thousands; one with a report as a PDF in it some hundred thousand."""

NAMES = (b"MSH", b"FHS", b"BHS", b"BTS", b"FTS")
_MARK = b"\xef\xbb\xbf"
# Segments end with CR or LF; a file of recorded traffic may hold the marks of frames (MLLP) too.
_BEFORE = b"\r\n\x0b"
_AROUND = b"\r\n\x0b\x1c \t"
_LEADING = re.compile(rb"\A(?:\xef\xbb\xbf|[\r\n\x0b\x1c \t])*+")


class Piece(NamedTuple):
    """What begins with one of `NAMES` (or with nothing of the kind); `data` is None where it is too long."""

    name: bytes
    data: bytes | None


def pieces(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Cut a stream. What is longer than a message may be is passed over, not kept."""
    held, name, since = b"", b"", 0
    is_first, is_long = True, False
    for chunk in chunks:
        held += chunk
        if is_first:
            # Until mark and name are whole nobody can tell what begins.
            if len(held) >= len(_MARK):
                held = _LEADING.sub(b"", held, count=1)
            if len(held) < len(_MARK):
                continue
            held, is_first = b"\r" + held, False
        start, name = 0, name or held[1:4]
        for place in _edges(held, since):
            if piece := _piece(name, None if is_long else held[start:place]):
                yield piece
            start, name, is_long = place, held[place : place + 3], False
        held = held[start:]
        if len(held) > MAX_MESSAGE + len(_AROUND):
            is_long, held = True, held[-4:]
        # A name may be cut in two.
        since = max(len(held) - 2, 1)
    if piece := _piece(name, None if is_long else held):
        yield piece


def _edges(held: bytes, since: int) -> list[int]:
    """Where something begins. Finding each name is far faster than looking at each sign."""
    found = []
    for name in NAMES:
        place = held.find(name, since)
        while place >= 0:
            if held[place - 1] in _BEFORE:
                found.append(place)
            place = held.find(name, place + 3)
    found.sort()
    return found


def _piece(name: bytes, data: bytes | None) -> Piece | None:
    """What was cut out, or nothing where nothing is in it."""
    data = data if data is None else data.strip(_AROUND)
    if data is None or len(data) > MAX_MESSAGE:
        return Piece(name, None)
    return Piece(name, data) if data else None
