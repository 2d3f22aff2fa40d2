"""How the columns of a mapping are filled from segments: worked out once for one set of separators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from throughline.definitions.forms.hl7_paths import Hl7Path
from throughline.intake.parsing.hl7 import Segment, Separators
from throughline.intake.unpacking.hl7.picking import Pick, cut, is_first, picker


class Filling:
    """Fills places of a row from one segment; each field is cut up once, whatever is asked of it."""

    def __init__(self, paths: Iterable[tuple[int, Hl7Path]], by: Separators, codec: str) -> None:
        """Take the places and the paths of their values."""
        self.by = by
        signs = (by.component, by.repetition, by.escape, by.subcomponent, '"')
        self.special = re.compile("|".join(map(re.escape, signs)))
        by_field: dict[int, list[tuple[int, Hl7Path]]] = {}
        for place, path in paths:
            by_field.setdefault(path.field, []).append((place, path))
        self.fields: list[tuple[int, list[int], bool, list[tuple[int, Pick]]]] = [
            (
                number,
                [place for place, path in asked if is_first(path)],
                all(path.where is None for _, path in asked),
                [(place, picker(path, by, codec)) for place, path in asked],
            )
            for number, asked in by_field.items()
        ]

    def fill(self, row: list[str], segment: Segment) -> None:
        """Fill in what the segment says."""
        length, special = len(segment), self.special
        repetition, component = self.by.repetition, self.by.component
        for number, firsts, may_be_plain, picks in self.fields:
            if length <= number or not (value := segment[number]):
                continue
            # Most fields hold one value, and no separator.
            if may_be_plain and (value.isalnum() or special.search(value) is None):
                for place in firsts:
                    row[place] = value
                continue
            field = cut(value, self.by) if repetition in value else [value.split(component)]
            for place, pick in picks:
                row[place] = pick(field)


class Plan:
    """What a mapping's columns ask of an order's segments, of its observations, and of the answers beside them."""

    def __init__(self, paths: Mapping[int, Hl7Path], by: Separators, codec: str) -> None:
        """Sort the paths by where they lead."""
        segments: dict[str, list[tuple[int, Hl7Path]]] = {}
        observation: list[tuple[int, Hl7Path]] = []
        answers: dict[str, list[tuple[int, Hl7Path]]] = {}
        for place, path in paths.items():
            if path.answer is not None:
                answers.setdefault(path.answer, []).append((place, path))
            elif path.segment == "OBX":
                observation.append((place, path))
            else:
                segments.setdefault(path.segment, []).append((place, path))
        self.by = by
        self.of_order = [(name, Filling(asked, by, codec)) for name, asked in segments.items()]
        self.of_observation = Filling(observation, by, codec)
        self.of_answers = {code: Filling(asked, by, codec) for code, asked in answers.items()}

    def first(self, segment: Segment | None, number: int) -> str:
        """Return the first component of a field as it is written."""
        if segment is None or len(segment) <= number:
            return ""
        return segment[number].split(self.by.repetition, 1)[0].split(self.by.component, 1)[0]

    def codes(self, observation: Segment) -> tuple[str, str]:
        """Return an observation's code (OBX-3.1) and its alternative (OBX-3.4)."""
        if len(observation) <= 3:
            return "", ""
        parts = observation[3].split(self.by.component, 4)
        return parts[0], parts[3] if len(parts) > 3 else ""
