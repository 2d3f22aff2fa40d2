"""Which of the mappings in use can read a file, judged by its columns."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from throughline.definitions import queries as definitions
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.models import Sender
from throughline.intake.parsing import FileRefused, find_layout
from throughline.intake.rules.compiled import compile_mapping

STANDARD = "standard"


def mapping_for(sender_code: str, head: bytes, *, at: datetime) -> str | None:
    """Return the mapping for a file's first bytes: the sender's own, else the one that fits, if it is one.

    None when several fit or none does: a person must choose.
    """
    own = Sender.objects.filter(code=sender_code).values_list("mapping", flat=True).first()
    if own is not None:
        return own
    fitting = [name for name in known_mappings() if _fits(name, head, at)]
    if STANDARD in fitting:
        return STANDARD
    return fitting[0] if len(fitting) == 1 else None


def known_mappings() -> list[str]:
    """Return the names of the mappings in use."""
    return sorted({stored.id for stored in definitions.versions("mapping")})


def _fits(name: str, head: bytes, at: datetime) -> bool:
    form = cast(Mapping, definitions.latest("mapping", name).form)
    try:
        layout = find_layout(head, encoding=form.file.encoding, separator=form.file.separator)
        compile_mapping(form, layout.columns, received_at=at)
    except FileRefused:
        return False
    return True
