"""A path made into one function from a segment to the value that stands there, for one set of separators."""

from __future__ import annotations

from collections.abc import Callable

from throughline.definitions.forms.hl7_paths import Hl7Path
from throughline.intake.parsing.hl7 import Segment, Separators
from throughline.intake.parsing.hl7.escapes import plain

Pick = Callable[[Segment], str]

DELETED = '""'
"""HL7's way to say that there is nothing any more."""


def picker(path: Hl7Path, by: Separators, codec: str) -> Pick:
    """Return the function; it gives the empty string where nothing stands."""
    if path.system is not None:
        return _by_system(path, by, codec)
    number, component, subcomponent = path.field, path.component, path.subcomponent
    repetition, between, within, escape = by.repetition, by.component, by.subcomponent, by.escape
    chosen = _chosen(path, by) if path.where else None

    def pick(segment: Segment) -> str:
        if len(segment) <= number or not segment[number]:
            return ""
        value = segment[number]
        value = chosen(value) if chosen is not None else _part(value, repetition, 1)
        value = _part(_part(value, between, component), within, subcomponent)
        if escape in value:
            return plain(value, by, codec)
        return "" if value == DELETED else value

    return pick


def _part(value: str, sign: str, number: int) -> str:
    """The part of that number, counted from 1, between signs; a value without any is its own first part."""
    if sign not in value:
        return value if number == 1 else ""
    parts = value.split(sign, number)
    return parts[number - 1] if len(parts) >= number else ""


def _chosen(path: Hl7Path, by: Separators) -> Callable[[str], str]:
    component, subcomponent = path.where or (1, 1)

    def chosen(value: str) -> str:
        for one in value.split(by.repetition):
            found = _part(_part(one, by.component, component), by.subcomponent, subcomponent)
            if found == path.value:
                return one
        return ""

    return chosen


def _by_system(path: Hl7Path, by: Separators, codec: str) -> Pick:
    """The code of one coding system: a coded field has its own code, and an alternative one."""

    def pick(segment: Segment) -> str:
        if len(segment) <= path.field or not segment[path.field]:
            return ""
        for one in segment[path.field].split(by.repetition):
            parts = one.split(by.component)
            for code in (0, 3):
                if len(parts) > code + 2 and parts[code + 2] == path.system:
                    return plain(parts[code], by, codec)
        return ""

    return pick
