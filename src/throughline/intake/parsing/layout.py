"""What a file's first bytes tell: its encoding, its separator and its columns."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from throughline.intake.parsing.lines import UTF_16, Position, lines
from throughline.intake.parsing.quotes import is_open

HEAD = 1024 * 1024
"""Bytes from the start that settle the layout; a header longer than this is refused."""

ENCODINGS = ("utf-8", "windows-1252", "utf-16-le", "utf-16-be")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SEPARATORS = ",;\t|"
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_NOT_TEXT = (
    (
        b"\xd0\xcf\x11\xe0",
        "The file is an old Excel workbook (XLS) or one with a password. An XLS sheet ends at row 65,536 without a "
        "word, which is how 15,841 cases went missing in 2020: export it as CSV, or save it as XLSX without a "
        "password, and send that.",
    ),
    (b"%PDF", "The file is a PDF, not a table: send the table itself as CSV or XLSX."),
)


class FileRefused(Exception):
    """A file that cannot be read at all; the sentence says what to do about it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """How a file is to be read. `chosen` says why, in a sentence for whoever sent it."""

    encoding: str
    separator: str
    columns: tuple[str, ...]
    body: Position
    chosen: str


def find_layout(
    head: bytes, *, encoding: str | None = None, separator: str | None = None
) -> Layout:
    """Decide from the first bytes (`HEAD` of them, or the whole file when it is shorter).

    A mapping may state encoding and separator; what it states is not guessed.
    """
    if not head.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise FileRefused("The file is empty: send a CSV file with a header and its rows.")
    for magic, sentence in _NOT_TEXT:
        if head.startswith(magic):
            raise FileRefused(sentence)
    mark, found, why = encoding_of(head, encoding)
    text, body = _header(head[mark:], found, mark)
    separator = separator or max(_SEPARATORS, key=lambda each: _outside_quotes(text, each))
    columns = _columns(text, separator)
    return Layout(
        encoding=found,
        separator=separator,
        columns=columns,
        body=body,
        chosen=f"Read as {found} because {why}; "
        f"columns are separated by {_NAMES.get(separator, repr(separator))}.",
    )


def encoding_of(head: bytes, stated: str | None = None) -> tuple[int, str, str]:
    """Return the length of a file's byte order mark, its encoding, and why it is taken for that."""
    if stated is not None and stated not in ENCODINGS:
        allowed = ", ".join(ENCODINGS)
        raise FileRefused(f"The encoding {stated!r} is not known: state one of {allowed}.")
    for mark, name in _MARKS:
        if head.startswith(mark):
            return len(mark), name, "its byte order mark says so"
    if stated is not None:
        return 0, stated, "its mapping says so"
    if b"\x00" in head.split(b"\n", 1)[0]:
        raise FileRefused(
            "The file holds NUL bytes where text should be: if it is UTF-16, save it with "
            "a byte order mark or as UTF-8; otherwise it is not CSV."
        )
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as problem:
        # The head may end inside a character; only what is wrong before its end counts.
        if problem.start < len(head) - 3:
            return 0, "windows-1252", "its start is not UTF-8"
    return 0, "utf-8", "nothing in its start speaks against it"


def _header(data: bytes, encoding: str, mark: int) -> tuple[str, Position]:
    """The header's text, and where the first row starts."""
    coding = "utf-8" if encoding in UTF_16 else encoding
    text, taken = "", 0
    for line in lines([data], encoding=encoding, offset=mark):
        if line.data is None:
            break
        try:
            piece = line.data.decode(coding)
        except UnicodeDecodeError:
            raise FileRefused(
                f"The header is not {encoding} text: save the file as UTF-8 and send it again."
            ) from None
        taken += 1
        if not text and not piece.strip():
            continue
        text += piece
        if not is_open(text):
            return text, Position(offset=line.offset + line.length, row=1, line=taken + 1)
    raise FileRefused(
        "The header does not end: a quote in it is never closed, or it is longer than "
        f"{HEAD // 1024} KB; close the quote or send the right file."
    )


def _outside_quotes(header: str, separator: str) -> int:
    return sum(part.count(separator) for part in header.split('"')[::2])


def _columns(header: str, separator: str) -> tuple[str, ...]:
    try:
        columns = tuple(_names(header, separator))
    except csv.Error:
        raise FileRefused(
            "The header cannot be read: a quote in it is opened or closed in the middle of a column's name, or a "
            "name is endless; quote whole names, or none."
        ) from None
    twice = [name for name, n in Counter(name.casefold() for name in columns).items() if n > 1]
    named_twice = [name for name in columns if name and name.casefold() in twice]
    if named_twice:
        raise FileRefused(
            f"The header names the column {named_twice[0]!r} more than once, so that its "
            "values cannot be told apart: give each column a name of its own."
        )
    if not any(columns):
        raise FileRefused("The header names no column: put the columns' names in the first row.")
    return columns


def _names(header: str, separator: str) -> Iterator[str]:
    for record in csv.reader([header], delimiter=separator):
        yield from (" ".join(name.split()) for name in record)
