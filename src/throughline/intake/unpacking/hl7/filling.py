"""Places of a row filled from one segment: each field is cut up once, whatever is asked of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from throughline.definitions.forms.hl7_paths import Hl7Path
from throughline.intake.parsing.hl7 import Segment, Separators
from throughline.intake.unpacking.hl7.picking import DELETED, Pick, cut, picker

OF_PERSONS = frozenset({"PID", "NK1"})

Parts = list[tuple[int, str]]
"""Places of a row and what belongs there."""


class _Asked(NamedTuple):
    """What is asked of a field beside its first component, by kind of path.

    Places in the row come first, components count from 0. `components` to `coded` are for fields whose components are
    their values, or begin with them; `picks` have an answer for any field. `is_deep`: sub-components are asked for.
    """

    is_deep: bool
    components: list[tuple[int, int]]
    chosen: list[tuple[int, int, int, str | None]]
    coded: list[tuple[int, str]]
    picks: list[tuple[int, Pick]]


MOST_REMEMBERED = 64
"""Values of one field whose parts are remembered: codes come again and again, and what does not must cost little."""


class Filling:
    """Fills places of a row from one segment."""

    def __init__(self, paths: Iterable[tuple[int, Hl7Path]], by: Separators, codec: str) -> None:
        """Take the places and the paths of their values."""
        self.by = by
        self.signs = (by.repetition, by.component, by.escape, by.subcomponent)
        by_field: dict[int, list[tuple[int, Hl7Path]]] = {}
        for place, path in paths:
            by_field.setdefault(path.field, []).append((place, path))
        self.asked = [
            (field, _first(paths), _asked(paths, by, codec), _memory(paths))
            for field, paths in by_field.items()
        ]

    def fill(self, row: list[str], segment: Segment) -> None:
        """Fill in what the segment says; each place is empty before."""
        length = len(segment)
        repetition, component, escape, subcomponent = self.signs
        for number, place, asked, known in self.asked:
            if length <= number or not (value := segment[number]):
                continue
            # Most fields hold one value, and no separator.
            if place is not None and (
                value.isalnum()
                or not (
                    component in value
                    or subcomponent in value
                    or repetition in value
                    or escape in value
                    or value == DELETED
                )
            ):
                row[place] = value
                continue
            if known is None:
                found = self._cut_up(value, asked)
            elif (found := known.get(value, _UNSEEN)) is _UNSEEN:
                found = self._cut_up(value, asked)
                if len(known) < MOST_REMEMBERED:
                    known[value] = found
            for place_, part in found:
                row[place_] = part

    def _cut_up(self, value: str, asked: _Asked) -> Parts:
        """What a field of several parts says, by place."""
        repetition, component, escape, subcomponent = self.signs
        is_deep, components, chosen, coded, picks = asked
        has_parts = subcomponent in value
        if escape in value or DELETED in value or (has_parts and is_deep):
            # A component may be something else than its value.
            field = cut(value, self.by)
            return [(place, pick(field)) for place, pick in picks]
        field = cut(value, self.by) if repetition in value else [value.split(component)]
        if has_parts:
            field = [[part.split(subcomponent, 1)[0] for part in parts] for parts in field]
        first = field[0]
        known = len(first)
        parts = [(place, first[at]) for place, at in components if at < known]
        for place, at, where, wanted in chosen:
            parts.append((place, _chosen(field, at, where, wanted)))
        for place, system in coded:
            parts.append((place, _code(field, system)))
        return parts


_UNSEEN: Parts = []


def _memory(paths: list[tuple[int, Hl7Path]]) -> dict[str, Parts] | None:
    """Where to remember a field's values: nowhere where they are a person's, each of whom has their own."""
    return {} if paths[0][1].segment not in OF_PERSONS else None


def _chosen(field: list[list[str]], at: int, where: int, wanted: str | None) -> str:
    for parts in field:
        if len(parts) > where and parts[where] == wanted:
            return parts[at] if at < len(parts) else ""
    return ""


def _code(field: list[list[str]], system: str) -> str:
    for parts in field:
        known = len(parts)
        if known > 2 and parts[2] == system:
            return parts[0]
        if known > 5 and parts[5] == system:
            return parts[3]
    return ""


def _first(paths: list[tuple[int, Hl7Path]]) -> int | None:
    """The one place that a field of one value fills; None where it fills none or several, or may be chosen by it."""
    firsts = [place for place, path in paths if path.component == 1 and not _is_deep(path)]
    return firsts[0] if len(firsts) == 1 and all(path.where is None for _, path in paths) else None


def _asked(paths: list[tuple[int, Hl7Path]], by: Separators, codec: str) -> _Asked:
    # A second sub-component is nowhere in a field that has none, and nothing is chosen by it.
    shallow = [(place, path) for place, path in paths if not _is_deep(path)]
    return _Asked(
        is_deep=len(shallow) < len(paths),
        components=[(place, path.component - 1) for place, path in shallow if path.where is None],
        chosen=[
            (place, path.component - 1, path.where[0] - 1, path.value)
            for place, path in shallow
            if path.where is not None
        ],
        coded=[(place, path.system) for place, path in paths if path.system is not None],
        picks=[(place, picker(path, by, codec)) for place, path in paths],
    )


def _is_deep(path: Hl7Path) -> bool:
    """Say whether a path asks for sub-components, or for components whole."""
    return path.system is not None or (path.subcomponent, (path.where or (1, 1))[1]) != (1, 1)
