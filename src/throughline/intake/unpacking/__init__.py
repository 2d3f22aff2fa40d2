"""Whatever is not plain CSV, made into it once: a header and rows of flat text. Knows no Django.

A format is a module of two functions (`Format`), registered in `FORMATS` under the name that a mapping's
`file.format` gives. A record that cannot be read at all is a row whose column `unreadable` says why.
Workbooks and archives are opened apart, whatever the mapping.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal, Protocol

from throughline.definitions.forms.mapping import File, Mapping
from throughline.intake import apart
from throughline.intake.parsing import FileRefused
from throughline.intake.parsing.layout import HEAD
from throughline.intake.parsing.writing import as_csv
from throughline.intake.unpacking import fhir, hl7, sormas


class Format(Protocol):
    """How one format is known by its first bytes, and made into rows."""

    def recognises(self, head: bytes, /) -> bool:
        """Say whether bytes that begin so are of this format."""

    def flat(self, chunks: Iterable[bytes], form: Mapping, /) -> Iterator[list[str]]:
        """Yield the header, then each row with as many columns; FileRefused for what cannot be read at all."""


@dataclass(frozen=True, kw_only=True)
class Registered:
    """A format and what people call it."""

    called: str
    format: Format


FORMATS: dict[str, Registered] = {
    "fhir": Registered(called="FHIR R4 in JSON", format=fhir),
    "hl7": Registered(called="a message or batch of HL7 v2 (MSH, BHS or FHS)", format=hl7),
    "sormas": Registered(called="a SORMAS export", format=sormas),
}


def is_packed(head: bytes, form: Mapping) -> bool:
    """Say whether a file that begins so is to be unpacked before it is read with this mapping."""
    return form.file.format in FORMATS or apart.recognises(head)


def unpacked(chunks: Iterable[bytes], form: Mapping) -> Generator[bytes, None, str]:
    """Yield a packed file's CSV in pieces, in constant memory; return what its sender should know of it.

    Raises FileRefused, perhaps after some pieces, for a file that cannot be read at all.
    """
    separator, known = form.file.separator or ",", FORMATS.get(form.file.format)
    head, chunks = _peek(chunks)
    if apart.recognises(head):
        opened = apart.opened(chunks, separator=separator)
        if known is None:
            return (yield from opened)
        head, chunks = _peek(opened)
    if known is not None:
        if not known.format.recognises(head):
            raise FileRefused(
                f"The file is not {known.called}, which its mapping reads: send the right file or choose "
                "another mapping."
            )
        chunks = as_csv(known.format.flat(chunks, form), separator=separator)
    yield from chunks
    return ""


def head_of(chunks: Iterable[bytes], form: Mapping) -> bytes:
    """Return the first bytes of a file's text, as many as settle its layout, unpacking no more than those."""
    first, chunks = _peek(chunks)
    source = unpacked(chunks, form) if is_packed(first, form) else iter(chunks)
    head = b""
    for chunk in source:
        head += chunk
        if len(head) >= HEAD:
            break
    if isinstance(source, Generator):
        source.close()
    return head[:HEAD]


def _peek(chunks: Iterable[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, at least a few hundred where there are so many, and all of them again."""
    rest, head = iter(chunks), b""
    for chunk in rest:
        head += chunk
        if len(head) >= ENOUGH:
            break
    return head, chain([head], rest)


ENOUGH = 512


def head_of_list(file: Callable[[], Iterable[bytes]]) -> tuple[str, bytes]:
    """Return the format of a list that nobody has said anything of (csv or sormas), and the first bytes of its text."""
    head = head_of(file(), _plain("csv"))
    if sormas.recognises(head):
        return "sormas", head_of(file(), _plain("sormas"))
    return "csv", head


def _plain(form: Literal["csv", "sormas"]) -> Mapping:
    """A mapping that says of its file no more than the format."""
    return Mapping.model_construct(file=File(meaning="A list as it is.", format=form))
