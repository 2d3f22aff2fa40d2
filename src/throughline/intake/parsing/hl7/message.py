"""One message into segments and fields. Repetitions, components and escapes are left for whoever reads a field."""

from __future__ import annotations

import re
from itertools import repeat
from operator import itemgetter
from typing import NamedTuple

from throughline.intake.parsing.hl7.charsets import codec_of, decoded
from throughline.intake.parsing.hl7.errors import Unreadable
from throughline.intake.parsing.hl7.separators import Separators, separators_of

MAX_SEGMENTS = 5000
MAX_HEADER = 8192
MAX_FIELDS = 500
"""Fields in one segment: the longest of the standard has some sixty."""

_NAME = re.compile(r"[A-Z][A-Z0-9]{2}")
_FIRST = itemgetter(0)
_COMMON = frozenset({"SFT", "PID", "PV1", "ORC", "OBR", "OBX", "SPM", "NTE", "NK1", "TQ1"})

Segment = list[str]
"""The fields of a segment by their numbers: 0 is its name. In MSH, 1 is the field separator itself."""


class Message(NamedTuple):
    """A message's separators, its character set as Python calls it, and its segments in order."""

    by: Separators
    codec: str
    segments: list[Segment]

    @property
    def header(self) -> Segment:
        """Its MSH."""
        return self.segments[0]


def split(data: bytes, *, otherwise: str | None = None) -> Message:
    """Cut a message up. Raises Unreadable for what is none, or breaks a limit.

    Segments end with CR, LF or both. `otherwise` is the character set (as Python calls it) of messages that
    state none.
    """
    by = separators_of(data)
    if b"\x00" in data:
        raise Unreadable(
            "The message holds NUL bytes, which no text has: remove them and send it again."
        )
    if b"\n" in data:
        data = data.replace(b"\r\n", b"\r").replace(b"\n", b"\r")
    sign = by.field
    if data.isascii():
        # The same in every set that may be stated.
        segments = _segments(data.decode("ascii"), sign)
        codec = codec_of(_stated(segments[0], by), otherwise=otherwise)
    else:
        header = data.split(b"\r", 1)[0].decode("ascii", "backslashreplace")
        stated = _stated(header.split(sign), by)
        codec = codec_of(stated, otherwise=otherwise)
        segments = _segments(decoded(data, codec, stated=stated), sign)
    _check(segments)
    segments[0].insert(1, sign)
    return Message(by, codec, segments)


def _segments(text: str, sign: str) -> list[Segment]:
    # In text, splitlines would cut at signs that are no ends of segments.
    lines = text.split("\r")
    if "" in lines:
        lines = [line for line in lines if line]
    return list(map(str.split, lines, repeat(sign)))


def _stated(header: Segment, by: Separators) -> str:
    """MSH-18, or nothing: the first set stated. MSH-1 is not among the fields yet."""
    return header[17].split(by.repetition, 1)[0] if len(header) > 17 else ""


def _check(segments: list[Segment]) -> None:
    if len(segments) > MAX_SEGMENTS:
        raise Unreadable(
            f"The message has {len(segments)} segments; up to {MAX_SEGMENTS} are allowed: send it in parts."
        )
    # Most messages have nothing to look at one by one; the first segment has its name, as its separators were read.
    names = map(_FIRST, segments[1:])
    if _COMMON.issuperset(names) and max(map(len, segments)) <= MAX_FIELDS:
        return
    for number, segment in enumerate(segments, start=1):
        name = segment[0]
        if name not in _COMMON and _NAME.fullmatch(name) is None:
            raise Unreadable(
                f"Segment {number} of the message does not begin with the name of one (three capital letters "
                "or digits): a line end inside a value must be written as \\.br\\ or \\X0D\\."
            )
        if len(segment) > MAX_FIELDS:
            raise Unreadable(
                f"Segment {number} ({name}) has {len(segment)} fields; up to {MAX_FIELDS} are allowed: escape "
                "a field separator inside a value as \\F\\."
            )
        if number > 1 and name == "MSH":
            raise Unreadable("The message holds a second MSH: send one message at a time.")


def header_of(data: bytes) -> Message:
    """Return a message of its MSH alone, for whoever must answer what cannot be read in full.

    Raises Unreadable where not even that can be read.
    """
    by = separators_of(data)
    first = data[:MAX_HEADER].replace(b"\n", b"\r").split(b"\r", 1)[0]
    fields = first.decode("ascii", "replace").split(by.field)[:MAX_FIELDS]
    return Message(by, "ascii", [[fields[0], by.field, *fields[1:]]])
