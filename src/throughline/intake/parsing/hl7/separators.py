"""The separators that a message states for itself in its first segment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from throughline.intake.parsing.hl7.errors import Unreadable

HEADERS = (b"MSH", b"FHS", b"BHS")
ABSENT = "\x00"
"""Stands for a separator that a message states none of: no message that is read holds one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Separators:
    """One character each, as HL7 calls them; `truncation` came with version 2.7."""

    field: str
    component: str
    repetition: str = ABSENT
    escape: str = ABSENT
    subcomponent: str = ABSENT
    truncation: str = ABSENT
    stated: str
    """The second field as it was written."""


USUAL = Separators(
    field="|", component="^", repetition="~", escape="\\", subcomponent="&", stated="^~\\&"
)


def separators_of(header: bytes) -> Separators:
    """Return what the first bytes of a header segment state, up to its second field's end."""
    if header[:3] not in HEADERS:
        raise Unreadable("The message does not begin with MSH: send each message from its MSH on.")
    if len(header) < 5:
        raise Unreadable("The MSH segment ends before its separators: send the whole message.")
    field = header[3:4]
    end = header.find(field, 4)
    stated = header[4 : end if end >= 0 else None]
    return _known(field, stated[:20])


@lru_cache(maxsize=64)
def _known(field: bytes, stated: bytes) -> Separators:
    every = field + stated
    name = every.decode("ascii", "backslashreplace")
    if not 1 <= len(stated) <= 5 or not all(_may_separate(one) for one in every):
        raise Unreadable(
            f"MSH-1 and MSH-2 are {name!r}; a field separator and one to five encoding characters, each a "
            "sign of ASCII that is no letter, digit or blank, are allowed: write them as |^~\\&."
        )
    if len(set(every)) != len(every):
        raise Unreadable(
            f"MSH-1 and MSH-2 are {name!r}, in which one sign stands twice: write them as |^~\\&."
        )
    return Separators(
        field=field.decode(),
        stated=stated.decode(),
        **dict(
            zip(
                ("component", "repetition", "escape", "subcomponent", "truncation"),
                stated.decode(),
                strict=False,
            )
        ),
    )


def _may_separate(sign: int) -> bool:
    return 0x21 <= sign <= 0x7E and not chr(sign).isalnum()
