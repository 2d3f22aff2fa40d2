"""Which of the mappings in use can read a file, judged by its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import cast

from throughline.definitions import queries as definitions
from throughline.definitions.errors import NothingInForceError
from throughline.definitions.forms.mapping import Mapping
from throughline.definitions.queries import Stored
from throughline.intake.models import Sender
from throughline.intake.parsing import FileRefused, find_layout
from throughline.intake.rules.rows import compile_rows
from throughline.intake.unpacking import FORMATS, head_of

STANDARD, LINKS = "standard", "links"


def mapping_for(
    sender_code: str, file: Callable[[], Iterable[bytes]], *, at: datetime
) -> str | None:
    """Return the mapping for a file: the sender's own, else the one that fits its columns, if it is one.

    A sender of results may send a list of links too, which its own mapping does not fit; its results are never read
    by a mapping made for another's. None of a sender that has none of its own where several fit or none does: a
    person must choose.
    """
    own = Sender.objects.filter(code=sender_code).values_list("mapping", flat=True).first()
    fitting = fitting_mappings(file, at=at)
    for first in (own, STANDARD, LINKS):
        if first in fitting:
            return first
    if own is not None:
        fitting = [name for name in fitting if _form(name).link]
    return fitting[0] if len(fitting) == 1 else own


def _form(name: str) -> Mapping:
    return cast(Mapping, definitions.latest("mapping", name).form)


def mapping_of_format(own: str, format_: str, *, otherwise: str) -> Stored:
    """Return the mapping for a message of a format: the sender's own if it reads that, else the one shipped.

    Raises NothingInForceError when that is not in use.
    """
    with suppress(NothingInForceError):
        stored = definitions.latest("mapping", own)
        if cast(Mapping, stored.form).file.format == format_:
            return stored
    return definitions.latest("mapping", otherwise)


def known_mappings() -> list[str]:
    """Return the names of the mappings in use."""
    return sorted({stored.id for stored in definitions.versions("mapping")})


def fitting_mappings(file: Callable[[], Iterable[bytes]], *, at: datetime) -> list[str]:
    """Return the mappings in use whose columns a file has. `file` gives its bytes from the beginning each time."""
    heads: dict[tuple[str, str | None], bytes] = {}
    found = []
    for name in known_mappings():
        form = _form(name)
        # A format of its own takes its columns from the mapping; all others read the same text.
        key = (name if form.file.format in FORMATS else "", form.file.separator)
        with suppress(FileRefused):
            if key not in heads:
                heads[key] = b""
                heads[key] = head_of(file(), form)
            layout = find_layout(
                heads[key], encoding=form.file.encoding, separator=form.file.separator
            )
            compile_rows(form, layout.columns, received_at=at)
            found.append(name)
    return found
