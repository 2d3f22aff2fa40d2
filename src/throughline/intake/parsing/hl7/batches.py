"""A stream of bytes into messages, with the batches and files around them checked to be whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from throughline.intake.parsing.hl7.errors import Unreadable
from throughline.intake.parsing.hl7.pieces import MAX_MESSAGE, Piece, pieces
from throughline.intake.parsing.hl7.separators import separators_of
from throughline.intake.parsing.layout import FileRefused

_BEGINS = re.compile(
    rb"(?:MSH|FHS|BHS)([\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e])[!-/:-@\[-`{-~]{1,5}?(?:\1|\r|\n|$)"
)
TOO_LONG = (
    f"The message is longer than {MAX_MESSAGE // 1024} KB, which is allowed: send it without what is embedded "
    "in it."
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A message of the stream that cannot be read, and the sentence that says why."""

    sentence: str


def starts(head: bytes) -> bool:
    """Say whether bytes that begin so are a message, a batch or a file of HL7 v2."""
    return _BEGINS.match(head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\x0b \t")) is not None


def messages(chunks: Iterable[bytes]) -> Iterator[bytes | Broken]:
    """Yield the messages of a stream, each from its MSH to its last segment.

    Batches (BHS … BTS) and files of them (FHS … FTS) are whole or refused: raises FileRefused, perhaps after
    messages were yielded, where a trailer is missing or states another number than came.
    """
    batches = _Batches()
    for piece in pieces(chunks):
        if piece.name == b"MSH":
            batches.messages += 1
            yield Broken(TOO_LONG) if piece.data is None else piece.data
        else:
            batches.take(piece)
    batches.end()


class _Batches:
    """What is open, and how much has come in it."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.messages = self.batches = 0

    def take(self, piece: Piece) -> None:
        """Open or close a batch or a file; anything else belongs to no message."""
        name = piece.name.decode("ascii", "replace")
        lines = (piece.data or b"").splitlines()
        if name not in ("FHS", "BHS", "FTS", "BTS") or any(line.strip() for line in lines[1:]):
            stray = next(
                (line[:3].decode("ascii", "replace") for line in lines[1:] if line.strip()), name
            )
            raise FileRefused(
                f"The file holds {stray!a} where a message should begin: each begins with MSH, a batch "
                "with BHS, a file of batches with FHS. Send the file as it was made."
            )
        if name in ("FHS", "BHS"):
            self._begin(name, lines[0])
        elif name == "BTS":
            self._close("BHS", name)
            self._compare(lines[0], name, self.messages, "messages")
            self.batches, self.messages = self.batches + 1, 0
        else:
            self._close("FHS", name)
            self._compare(lines[0], name, self.batches, "batches")

    def end(self) -> None:
        """Refuse what was opened and never closed."""
        if self.open:
            trailer = "BTS" if self.open[-1] == "BHS" else "FTS"
            raise FileRefused(
                f"The file begins with {self.open[-1]} and ends without {trailer}, so that a part of it is "
                "missing: send the whole file again."
            )

    def _begin(self, name: str, line: bytes) -> None:
        if name in self.open or (name == "FHS" and self.open):
            raise FileRefused(
                f"The file has a {name} inside what another began: end each batch with BTS and each file with "
                "FTS, and send it again."
            )
        try:
            separators_of(line)
        except Unreadable as problem:
            raise FileRefused(problem.sentence.replace("MSH", name)) from None
        self.open.append(name)
        self.messages = 0

    def _close(self, header: str, trailer: str) -> None:
        # A trailer alone is no harm: its count is compared all the same.
        if self.open and self.open[-1] != header:
            raise FileRefused(
                f"The file has {trailer} where {self.open[-1]} is still open, so that a part of it is "
                "missing: send the whole file again."
            )
        if self.open:
            self.open.pop()

    def _compare(self, line: bytes, trailer: str, came: int, what: str) -> None:
        fields = re.split(rb"[^0-9A-Za-z ]", line[3:], maxsplit=2)
        stated = fields[1].strip() if len(fields) > 1 else b""
        if stated and not (stated.isdigit() and len(stated) <= 12 and int(stated) == came):
            said = ascii(stated[:20].decode("ascii", "replace"))
            raise FileRefused(
                f"{trailer}-1 says {said} {what} and {came} came, so that the file is not whole: send the "
                "whole file again."
            )
