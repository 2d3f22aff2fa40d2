"""Escape sequences: what a separator in a value is written as, and what else stands between two escape signs."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from throughline.intake.parsing.hl7.charsets import MULTI_BYTE, SINGLE_BYTE
from throughline.intake.parsing.hl7.separators import ABSENT, Separators

_LINE = re.compile(r"\.(?:br|ce|sp\+?\d*)")


def plain(value: str, by: Separators, codec: str = "utf-8") -> str:
    """Return a value without its escape sequences; what is none of those known stays as it was written.

    Lines broken by \\.br\\ and the like come out broken; highlighting and indents come out as nothing.
    """
    if by.escape not in value:
        return value
    found, switch, readable = _patterns(by)
    if switch.search(value) is None:
        return found.sub(readable(codec), value)
    # Parts in other character sets: the first, then a switch and a part, and so on.
    first, *rest = switch.split(value)
    parts = [found.sub(readable(codec), first)]
    for into, part in zip(rest[::2], rest[1::2], strict=True):
        parts.append(_switched(into.upper(), found.sub(readable(codec), part), codec))
    return "".join(parts)


def escaped(text: str, by: Separators) -> str:
    """Return a text that may stand in a field: separators escaped, line ends and controls as blanks.

    Where a message states no escape sign, separators become blanks too.
    """
    signs = {
        by.escape: "E", by.field: "F", by.component: "S", by.subcomponent: "T", by.repetition: "R",
        by.truncation: "P",
    }  # fmt: skip

    def written(sign: str) -> str:
        if not sign.isprintable():
            return " "
        if sign not in signs:
            return sign
        return " " if by.escape == ABSENT else f"{by.escape}{signs[sign]}{by.escape}"

    return "".join(map(written, text))


_Readable = Callable[[str], Callable[[re.Match[str]], str]]


@lru_cache(maxsize=64)
def _patterns(by: Separators) -> tuple[re.Pattern[str], re.Pattern[str], _Readable]:
    sign = re.escape(by.escape)
    layout = r"\.(?:br|ce|fi|nf|(?:sp|in|ti|sk)[+-]?\d{0,4})"
    found = re.compile(f"{sign}([FSTREPHN]|X(?:[0-9A-Fa-f]{{2}})*|{layout}){sign}")
    switch = re.compile(f"{sign}(C[0-9A-Fa-f]{{4}}|M[0-9A-Fa-f]{{4}}(?:[0-9A-Fa-f]{{2}})?){sign}")
    signs = {
        "F": by.field, "S": by.component, "T": by.subcomponent, "R": by.repetition, "E": by.escape,
        "P": by.truncation, "H": "", "N": "",
    }  # fmt: skip
    # A separator that the message has none of stays as it was written.
    signs = {name: sign for name, sign in signs.items() if sign != "\x00"}

    @lru_cache(maxsize=64)
    def readable(codec: str) -> Callable[[re.Match[str]], str]:
        def one(match: re.Match[str]) -> str:
            said = match[1]
            if said[0] == "X":
                try:
                    return bytes.fromhex(said[1:]).decode(codec)
                except UnicodeDecodeError:
                    return match[0]
            if said[0] == ".":
                return "\n" if _LINE.fullmatch(said) else ""
            return signs.get(said, match[0])

        return one

    return found, switch, readable


def _switched(into: str, part: str, codec: str) -> str:
    """A part of a value in another character set; as it was written where the two do not go together."""
    try:
        data = part.encode(codec)
        if into[0] == "C" and codec != "utf-8":
            return data.decode(SINGLE_BYTE[into[1:]])
        if into[0] == "M":
            return (MULTI_BYTE[into[1:]] + data + b"\x1b(B").decode("iso2022_jp_2")
    except (KeyError, UnicodeError):
        pass
    return part
