"""How the columns of a mapping are filled from segments: worked out once for one set of separators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from throughline.definitions.forms.hl7_paths import Hl7Path
from throughline.intake.parsing.hl7 import Segment, Separators
from throughline.intake.unpacking.hl7.filling import Filling

MOST_KNOWN = 1000
"""Ways to write what is observed that are remembered: laboratories have a few hundred, a faulty one any number."""


class Observed(NamedTuple):
    """What an observation is of: its code (OBX-3.1), the alternative one (OBX-3.4), and what they mean to a mapping."""

    code: str
    other: str
    is_beside: bool
    answers: list[str]


class Plan:
    """What a mapping's columns ask of an order's segments, of its observations, and of the answers beside them."""

    def __init__(
        self, paths: Mapping[int, Hl7Path], beside: frozenset[str], by: Separators, codec: str
    ) -> None:
        """Sort the paths by where they lead. `beside`: the codes of observations that are no results."""
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
        self.by, self.codec = by, codec
        self.beside = beside.union(answers)
        self.of_order = [(name, Filling(asked, by, codec)) for name, asked in segments.items()]
        self.of_observation = Filling(observation, by, codec)
        self.of_answers = {code: Filling(asked, by, codec) for code, asked in answers.items()}
        self.known: dict[str, Observed] = {}

    def first(self, segment: Segment | None, number: int) -> str:
        """Return the first component of a field as it is written."""
        if segment is None or len(segment) <= number or not (value := segment[number]):
            return ""
        if value.isalnum():
            return value
        return value.split(self.by.repetition, 1)[0].split(self.by.component, 1)[0]

    def observed(self, observation: Segment) -> Observed:
        """Return what an observation is of; the same few come again and again."""
        written = observation[3] if len(observation) > 3 else ""
        found = self.known.get(written)
        if found is None:
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            found = self.known[written] = self._observed(written)
        return found

    def _observed(self, written: str) -> Observed:
        parts = written.split(self.by.component, 4)
        code, other = parts[0], parts[3] if len(parts) > 3 else ""
        return Observed(
            code=code,
            other=other,
            is_beside=code in self.beside or other in self.beside,
            answers=[one for one in (code, other) if one in self.of_answers],
        )
