"""The character set that a message states in MSH-18 (HL7 table 0211), and those it may switch to within a value."""

from __future__ import annotations

from functools import lru_cache

from throughline.intake.parsing.hl7.errors import Unreadable

UTF_8 = "utf-8"
CODECS = (
    {"": UTF_8, "ASCII": "ascii", "UNICODE UTF-8": UTF_8, "UTF-8": UTF_8, "UNICODE": UTF_8}
    | {f"8859/{part}": f"iso8859_{part}" for part in (*range(1, 12), 13, 14, 15, 16)}
)  # fmt: skip
"""How each is read. Nothing stated means ASCII, of which UTF-8 that decodes is a superset."""

ALLOWED = "ASCII, 8859/1 to 8859/16, UNICODE UTF-8"

SINGLE_BYTE = {
    "2842": "ascii", "2D41": "iso8859_1", "2D42": "iso8859_2", "2D43": "iso8859_3", "2D44": "iso8859_4",
    "2D4C": "iso8859_5", "2D47": "iso8859_6", "2D46": "iso8859_7", "2D48": "iso8859_8", "2D4D": "iso8859_9",
}  # fmt: skip
"""What \\Cxxyy\\ switches to: an ISO 2022 escape sequence in hexadecimal, and the codec."""

MULTI_BYTE = {"2442": b"\x1b$B", "242844": b"\x1b$(D"}
"""What \\Mxxyyzz\\ switches to: Japanese sets of two bytes a letter, as iso2022_jp_2 announces them."""


@lru_cache(maxsize=64)
def codec_of(stated: str, *, otherwise: str | None = None) -> str:
    """Return Python's name for the first set of MSH-18; `otherwise` is used where none is stated."""
    name = " ".join(stated.split()).upper()
    if not name and otherwise:
        return otherwise
    try:
        return CODECS[name]
    except KeyError:
        raise Unreadable(
            f"MSH-18 states the character set {stated[:40]!a}, which is not known here; {ALLOWED} are "
            "allowed: write UNICODE UTF-8 and send the message in UTF-8."
        ) from None


def decoded(data: bytes, codec: str, *, stated: str) -> str:
    """Return a message as text."""
    try:
        return data.decode(codec)
    except UnicodeDecodeError as problem:
        what = (
            f"is not {stated}, which MSH-18 states"
            if stated
            else "is not ASCII, and MSH-18 is empty"
        )
        raise Unreadable(
            f"The message {what}: byte {problem.start + 1} does not fit. State in MSH-18 the character set "
            f"that it is written in ({ALLOWED})."
        ) from None
