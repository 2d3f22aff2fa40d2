"""XML read as a stream by expat, without a tree: no document type, no entities, no token without end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol
from xml.parsers.expat import ExpatError, ParserCreate

from throughline.intake.parsing.layout import FileRefused

LONGEST_TOKEN = 1024 * 1024
"""Bytes in which something must begin or end: expat would look through an endless one again and again."""


class Handler(Protocol):
    """What is done at each start, end and text; names come without a prefix."""

    def start(self, name: str, attributes: dict[str, str], /) -> None:
        """An element begins."""

    def end(self, name: str, /) -> None:
        """An element ends."""

    def text(self, data: str, /) -> None:
        """Some text between."""


def parse(pieces: Iterable[bytes], handler: Handler) -> Iterator[None]:
    """Feed a part piece by piece, and stop after each so that the caller takes what is finished."""
    parser = ParserCreate()
    parser.buffer_text = True

    def first(name: str, attributes: dict[str, str]) -> None:
        # Each program chooses its prefix, and most choose none: those need not be looked at name by name.
        bare = ":" not in name
        parser.StartElementHandler = handler.start if bare else start
        parser.EndElementHandler = handler.end if bare else end
        (handler.start if bare else start)(name, attributes)

    def start(name: str, attributes: dict[str, str]) -> None:
        handler.start(name.rpartition(":")[2], attributes)

    def end(name: str) -> None:
        handler.end(name.rpartition(":")[2])

    parser.StartElementHandler = first
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)  # noqa: FBT003 - expat's own interface
            fed += len(piece)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise FileRefused(NO_WORKBOOK)
            yield
        parser.Parse(b"", True)  # noqa: FBT003
    except ExpatError:
        raise FileRefused(NO_WORKBOOK) from None
    yield


def _refuse(*_: object) -> None:
    raise FileRefused(
        "The workbook's XML declares a document type, which no spreadsheet program writes and attacks use: save "
        "the workbook anew, or send CSV."
    )


NO_WORKBOOK = (
    "The workbook's XML is broken: open it in a spreadsheet program, save it anew, and send that."
)
