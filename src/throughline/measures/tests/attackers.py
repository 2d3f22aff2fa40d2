"""Random tables of people, what is published of them, and readers who try to undo what is suppressed.

Nothing here is shared with what it attacks: a table is rows by week, region and fate; its answers are added up here;
and the attackers know only what each published number counts of those rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from random import Random

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from throughline.measures.answers import Answer

BANDS = ("le24h", "24_48h", "48_72h", "gt72h")
UNTIMED = ("unknown", "fault")
OUTCOMES = ("reached", "not_reached", "no_details", "open")
BY_DEFINITION = {
    f"cases.{name}" for name in ("reached", "not_reached", "gave_contacts", "reached_within")
}
"""These carry the definition of reached by which they were judged; the others are the same by every one."""

Fate = tuple[str, str, bool]
"""An outcome; for those reached, the band, and whether they named a contact."""
Atom = tuple[str, str, Fate]
"""Week, region, fate: rows that no figure tells apart."""
Table = dict[Atom, int]

FATES: tuple[Fate, ...] = (
    *(("reached", band, named) for band in (*BANDS, *UNTIMED) for named in (True, False)),
    *((outcome, "", False) for outcome in OUTCOMES[1:]),
)
SHARES = {"le24h": 30, "24_48h": 8, "48_72h": 4, "gt72h": 3, "unknown": 2, "fault": 0.5}


def random_table(random: Random, *, weeks: int, regions: int, people: float) -> Table:
    """Return a table in which small counts, zeros and large ones all occur."""
    found = {}
    for week, region in product(range(weeks), range(regions)):
        size = people * random.choice([0.2, 1, 1, 4])
        for fate in FATES:
            share = SHARES.get(
                fate[1], {"not_reached": 15, "no_details": 4, "open": 3}.get(fate[0], 0)
            )
            found[f"w{week}", f"r{region}", fate] = int(random.expovariate(1) * size * share / 100)
    return found


def grown(random: Random, table: Table) -> Table:
    """Return the table a week later: numbers that did not change or grew."""
    return {
        atom: count + (random.choice([0, 0, 0, 0, 1, 3]) if random.random() < 0.3 else 0)
        for atom, count in table.items()
    }


def group_of(atom: Atom, by: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the group in which an atom's rows are."""
    return tuple((key, {"week": atom[0], "region": atom[1]}[key]) for key in by)


def counts(answer: Answer, fate: Fate) -> dict[str, bool]:
    """Say in which numbers of an answer a row of this fate counts."""
    outcome, band, named = fate
    reached, timed = outcome == "reached", band in BANDS
    match answer.measure.partition(".")[2]:
        case "transferred":
            return {"numerator": True}
        case "reached_within":
            told = {"numerator": band == answer.band, **{key: band == key for key in UNTIMED}}
            return told | ({"denominator": timed} if answer.band in BANDS else {})
        case "gave_contacts":
            return {"numerator": named, "denominator": reached, "unknown": False}
        case "not_reached":
            tried = outcome in {"not_reached", "open"}
            return {"numerator": tried, "denominator": True, "open": outcome == "open"}
        case name:
            return {"numerator": outcome == name, "denominator": True}


def published_of(
    table: Table, bys: Iterable[Sequence[str]], measures: Sequence[str]
) -> list[Answer]:
    """Return every answer about a table, nothing suppressed."""
    return [
        _filled(
            Answer(
                measure=measure,
                group=dict(group),
                band=band,
                beside=beside,
                definition="reach-2020-05" if measure in BY_DEFINITION else None,
            ),
            table,
            by,
        )
        for by in bys
        for group in dict.fromkeys(group_of(atom, by) for atom in table)
        for measure in measures
        for band, beside in _shapes(measure)
    ]


def _shapes(measure: str) -> Iterator[tuple[str | None, dict[str, int | None]]]:
    match measure.partition(".")[2]:
        case "reached_within":
            yield from ((band, dict.fromkeys(UNTIMED)) for band in BANDS)
            yield from ((band, {}) for band in UNTIMED)
        case "not_reached":
            yield None, {"open": None}
        case _:
            yield None, {}


def _filled(answer: Answer, table: Table, by: Sequence[str]) -> Answer:
    total = dict.fromkeys(counts(answer, FATES[0]), 0)
    for atom, count in table.items():
        if group_of(atom, by) == tuple(answer.group.items()):
            for part, is_in in counts(answer, atom[2]).items():
                total[part] += count * is_in
    over, under = total["numerator"], total.get("denominator")
    return Answer(
        measure=answer.measure,
        group=answer.group,
        band=answer.band,
        definition=answer.definition,
        numerator=over,
        denominator=under,
        value=float(over) if under is None else over / under if under else None,
        beside={key: total[key] for key in answer.beside},
    )


class Attacker:
    """Knows which rows each number counts, and so every table that could have been published like this.

    With a release before this one, knows that one's numbers too, and that rows were added since, none taken away.
    """

    def __init__(
        self,
        atoms: Sequence[Atom],
        published: Sequence[Answer],
        previous: Sequence[Answer] = (),
    ) -> None:
        self.atoms = list(atoms)
        self.has_previous = bool(previous)
        self.width = len(self.atoms) * (2 if previous else 1)
        self.told = [
            (self.row(answer, part, previous=is_previous), value)
            for answers, is_previous in ((published, False), (previous, True))
            for answer in answers
            for part, value in _values(answer).items()
            if value is not None
        ]
        self.matrix = np.array([row for row, _ in self.told])
        self.values = np.array([value for _, value in self.told])

    def row(self, answer: Answer, part: str, *, previous: bool = False) -> np.ndarray:
        """Return which atoms a number of an answer adds up; `complement` is the denominator's rest.

        With a release before, each atom is there as it was then, and once more as what was added since.
        """
        by = tuple(answer.group)
        found = np.zeros(len(self.atoms))
        for place, atom in enumerate(self.atoms):
            if group_of(atom, by) == tuple(answer.group.items()):
                told = counts(answer, atom[2])
                is_in = (
                    told["denominator"] and not told["numerator"]
                    if part == "complement"
                    else told[part]
                )
                found[place] = is_in
        if not self.has_previous:
            return found
        return np.concatenate([found, np.zeros_like(found) if previous else found])

    def could_be(self, row: np.ndarray, value: int) -> bool:
        """Say whether some table of whole numbers fits all that is published and has this number."""
        return self._solve(np.zeros(self.width), (row, value)) is not None

    def extent(self, row: np.ndarray) -> tuple[float, float]:
        """Return the least and the greatest value of a number."""
        least, most = self._solve(row), self._solve(-row)
        return (
            float("-inf") if least is None else float(round(row @ least)),
            float("inf") if most is None else float(round(row @ most)),
        )

    def _solve(
        self, cost: np.ndarray, also: tuple[np.ndarray, int] | None = None
    ) -> np.ndarray | None:
        rows = [*self.matrix, also[0]] if also else self.matrix
        values = [*self.values, also[1]] if also else self.values
        found = milp(
            cost,
            constraints=[LinearConstraint(np.array(rows), values, values)] if len(rows) else [],
            bounds=Bounds(0, np.inf),
            integrality=np.ones(self.width),
        )
        return found.x


def _values(answer: Answer) -> Mapping[str, int | None]:
    told = {"numerator": answer.numerator, "denominator": answer.denominator, **answer.beside}
    return {part: None if value is None else int(value) for part, value in told.items()}


def secrets(before: Sequence[Answer], after: Sequence[Answer]) -> Iterator[tuple[Answer, str, int]]:
    """Yield every number that was taken out: its answer as it was, the part, the value."""
    for was, now in zip(before, after, strict=True):
        told, left = _values(was), _values(now)
        yield from (
            (was, part, value)
            for part, value in told.items()
            if value is not None and left[part] is None
        )
        if now.suppressed and was.numerator is not None and was.denominator is not None:
            yield was, "complement", int(was.denominator - was.numerator)
