"""A SORMAS export: three header rows (entities, property paths, captions after ##) and blocks of repeated columns.

A column is named by its path; the second and later ones of the same path get a number: `vaccineName`,
`vaccineName 2`, and so on, in the order of the file.

Dates are as its user's language writes them, and the captions name that form: `Date of report (M/d/yyyy)`. Where the
mapping does not read that form itself, they become 2020-10-03.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from throughline.definitions.forms.mapping import Mapping
from throughline.intake.parsing import FileRefused, Layout, Position, rows
from throughline.intake.parsing.layout import HEAD, encoding_of
from throughline.intake.parsing.lines import lines
from throughline.intake.parsing.writing import UNREADABLE
from throughline.intake.unpacking.local_dates import written_anew

CAPTIONS = "##"
HEADERS = 8  # lines among which the header rows are: comments may stand before them
SEPARATORS = ",;\t"


def recognises(head: bytes) -> bool:
    """Say whether captions, marked as SORMAS marks them, stand among the first lines."""
    marks = (b"##", b'"##', b"\xef\xbb\xbf##", b'\xef\xbb\xbf"##')
    return any(line.startswith(marks) for line in head.splitlines()[:HEADERS])


def flat(chunks: Iterable[bytes], form: Mapping) -> Iterator[list[str]]:
    """Yield the property paths as the header, then each row; one that is none says why in `unreadable`."""
    source, head = iter(chunks), b""
    for chunk in source:
        head += chunk
        if len(head) >= HEAD:
            break
    layout, captions = _layout(head, form)
    dated = written_anew(layout.columns, captions, form)
    yield [*layout.columns, UNREADABLE]
    blank = [""] * len(layout.columns)
    rest = chain([head[layout.body.offset :]], source)
    for row in rows(rest, layout):
        yield (
            [*blank, row.said or "The row cannot be read."]
            if row.fields is None
            else [*dated(row.fields), ""]
        )


def _layout(head: bytes, form: Mapping) -> tuple[Layout, list[str]]:
    """The layout of what lies behind the captions, with the paths before them as columns; and the captions."""
    mark, encoding, why = encoding_of(head, form.file.encoding)
    coding = "utf-8" if encoding.startswith("utf") else encoding
    paths = ""
    for number, line in enumerate(lines([head[mark:]], encoding=encoding, offset=mark), start=1):
        text = (line.data or b"").decode(coding, "replace").rstrip("\r\n")
        if text.lstrip('"').startswith(CAPTIONS) and paths:
            separator = form.file.separator or max(SEPARATORS, key=paths.count)
            layout = Layout(
                encoding=encoding,
                separator=separator,
                columns=tuple(_numbered(next(csv.reader([paths], delimiter=separator)))),
                body=Position(offset=line.offset + line.length, row=1, line=number + 1),
                chosen=f"Read as {encoding} because {why}.",
            )
            return layout, next(csv.reader([text], delimiter=separator))
        if number > HEADERS:
            break
        if text.strip(' "\t,;'):
            paths = text
    raise FileRefused(
        "The file is no SORMAS export: its header is the row of property paths and, under it, the row of captions "
        "that begins with ##. Export it anew, with all header rows."
    )


def _numbered(names: Iterable[str]) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for name in (" ".join(name.split()) for name in names):
        seen[name] += 1
        yield f"{name} {seen[name]}" if seen[name] > 1 and name else name
