"""HL7 v2 messages as rows: one for each result, its columns the paths that the mapping names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from throughline.core.once import once_each
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.parsing.hl7 import Broken, Unreadable, messages, split, starts
from throughline.intake.unpacking.hl7.rows import Rows

# Most messages come one by one, and to work out what a mapping asks takes longer than to read a message.
_rows_of = once_each(Rows)


def recognises(head: bytes) -> bool:
    """Say whether bytes that begin so are of HL7 v2."""
    return starts(head)


def flat(chunks: Iterable[bytes], form: Mapping) -> Iterator[list[str]]:
    """Yield the header, then a row for each result; a message that cannot be read is a row that says why.

    Raises FileRefused, perhaps after some rows, for a batch that is not whole.
    """
    rows = _rows_of(form)
    yield rows.header
    for one in messages(chunks):
        if isinstance(one, Broken):
            yield rows.unreadable(one.sentence)
            continue
        try:
            message = split(one, otherwise=form.file.encoding)
        except Unreadable as problem:
            yield rows.unreadable(problem.sentence)
            continue
        yield from rows.of(message)
