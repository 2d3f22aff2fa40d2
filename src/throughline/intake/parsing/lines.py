"""Blocks of bytes to physical lines, each with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

MAX_LINE = 64 * 1024
"""Bytes in one line. A laboratory's row has some hundreds; what is longer is not a row."""

UTF_16 = {"utf-16-le", "utf-16-be"}

HALF_A_CHARACTER = b"\xff"
"""Stands for an odd last byte of UTF-16: no UTF-8 has it, so its row cannot be decoded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """Where the next record starts: enough to go on after a restart."""

    offset: int = 0
    row: int = 1
    line: int = 1


class Line(NamedTuple):
    """A line with its ending. `data` is None when it is longer than any row may be."""

    offset: int
    length: int
    data: bytes | None


def from_offset(chunks: Iterable[bytes], offset: int) -> Iterator[bytes]:
    """The bytes from an offset on, for callers that hold the file from its beginning."""
    for chunk in chunks:
        if offset >= len(chunk):
            offset -= len(chunk)
        else:
            yield chunk[offset:]
            offset = 0


def lines(
    chunks: Iterable[bytes], *, encoding: str, offset: int = 0, longest: int = MAX_LINE
) -> Iterator[Line]:
    """Lines ended by LF, CRLF or CR. UTF-16 comes out as UTF-8, placed by its own lengths."""
    if encoding in UTF_16:
        return _split(_recoded(chunks, encoding), offset, _length_in_utf_16, longest)
    return _split(chunks, offset, len, longest)


def _split(
    chunks: Iterable[bytes], offset: int, measure: Callable[[bytes], int], longest: int
) -> Iterator[Line]:
    rest, dropped = b"", 0
    for chunk in chunks:
        if dropped and rest != b"\r" and b"\n" not in chunk and b"\r" not in chunk:
            # In a line that is too long only its end is looked for.
            dropped += measure(rest) + measure(chunk)
            rest = b""
            continue
        parts = (rest + chunk).splitlines(keepends=True)
        if not parts:
            continue
        # A CR at the end of a block may be half of a CRLF, so only an LF surely ends a line.
        rest = b"" if parts[-1].endswith(b"\n") else parts.pop()
        for part in parts:
            length = dropped + measure(part)
            too_long = dropped or len(part) > longest
            yield Line(offset, length, None if too_long else part)
            offset += length
            dropped = 0
        if len(rest) > longest:
            # One byte stays: it may be the CR of a CRLF.
            dropped += measure(rest[:-1])
            rest = rest[-1:]
    if rest or dropped:
        too_long = dropped or len(rest) > longest
        yield Line(offset, dropped + measure(rest), None if too_long else rest)


def _recoded(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """UTF-16 as UTF-8. Lone surrogates pass, so that only the row that has one is at fault."""
    pending = b""
    for chunk in chunks:
        pending += chunk
        whole = len(pending) - len(pending) % 2
        if whole and _is_first_of_pair(pending[whole - 2 : whole], encoding):
            whole -= 2
        yield _to_utf_8(pending[:whole], encoding)
        pending = pending[whole:]
    yield _to_utf_8(pending[: len(pending) - len(pending) % 2], encoding)
    if len(pending) % 2:
        yield HALF_A_CHARACTER


def _to_utf_8(data: bytes, encoding: str) -> bytes:
    return data.decode(encoding, "surrogatepass").encode("utf-8", "surrogatepass")


def _is_first_of_pair(unit: bytes, encoding: str) -> bool:
    high = unit[1] if encoding == "utf-16-le" else unit[0]
    return 0xD8 <= high <= 0xDB


def _length_in_utf_16(data: bytes) -> int:
    """Two bytes for each character, four for those that take four in UTF-8 too."""
    characters = len(data.translate(None, _CONTINUATION))
    pairs = len(data) - len(data.translate(None, _LEADS_OF_FOUR))
    return 2 * (characters + pairs) - data.count(HALF_A_CHARACTER)


_CONTINUATION = bytes(range(0x80, 0xC0))
_LEADS_OF_FOUR = bytes(range(0xF0, 0xF5))
