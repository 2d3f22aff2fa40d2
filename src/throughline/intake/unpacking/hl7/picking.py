"""A path made into one function from a field that was cut up to the value that stands there."""

from __future__ import annotations

from collections.abc import Callable

from throughline.definitions.forms.hl7_paths import Hl7Path
from throughline.intake.parsing.hl7 import Separators
from throughline.intake.parsing.hl7.escapes import plain

Field = list[list[str]]
"""A field's repetitions, each cut into its components."""

Pick = Callable[[Field], str]

DELETED = '""'
"""HL7's way to say that there is nothing any more."""


def cut(value: str, by: Separators) -> Field:
    """Cut a field up."""
    return [one.split(by.component) for one in value.split(by.repetition)]


def picker(path: Hl7Path, by: Separators, codec: str) -> Pick:
    """Return the function; it gives the empty string where nothing stands."""
    if path.system is not None:
        return _by_system(path.system, by, codec)
    place, subcomponent = path.component - 1, path.subcomponent
    within, escape, chosen = by.subcomponent, by.escape, _chosen(path, by)

    def pick(field: Field) -> str:
        parts = field[0] if chosen is None else chosen(field)
        if len(parts) <= place:
            return ""
        value = parts[place]
        if within in value:
            value = _part(value, within, subcomponent)
        elif subcomponent > 1:
            return ""
        if escape in value:
            return plain(value, by, codec)
        return "" if value == DELETED else value

    return pick


def _part(value: str, sign: str, number: int) -> str:
    """The part of that number, counted from 1, between signs."""
    parts = value.split(sign, number)
    return parts[number - 1] if len(parts) >= number else ""


def _chosen(path: Hl7Path, by: Separators) -> Callable[[Field], list[str]] | None:
    """What finds the repetition in which a component has a value, if the path asks for one."""
    if path.where is None:
        return None
    place, subcomponent = path.where[0] - 1, path.where[1]

    def chosen(field: Field) -> list[str]:
        for parts in field:
            if len(parts) > place and (
                parts[place] == path.value
                if by.subcomponent not in parts[place] and subcomponent == 1
                else _part(parts[place], by.subcomponent, subcomponent) == path.value
            ):
                return parts
        return []

    return chosen


def _by_system(system: str, by: Separators, codec: str) -> Pick:
    """The code of one coding system: a coded field has its own code, and an alternative one."""

    def pick(field: Field) -> str:
        for parts in field:
            for code in (0, 3):
                if len(parts) > code + 2 and parts[code + 2] == system:
                    return plain(parts[code], by, codec)
        return ""

    return pick
