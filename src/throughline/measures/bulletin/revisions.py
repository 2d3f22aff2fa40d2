"""What has changed since the release before, figure by figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from throughline.measures.answers import Answer
from throughline.measures.bulletin.cells import LABELS, Cell, Heading, Sheet, part_of, word
from throughline.measures.bulletin.compute import Key, key_of
from throughline.measures.bulletin.tables import Unit
from throughline.measures.catalogue import MEASURES

PARTS = ("numerator", "denominator", "value")


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """One number of a figure that both releases show, and that is not the same in both."""

    answer: Answer
    part: str
    before: float
    after: float


def revisions(
    published: Iterable[Answer], previous: Iterable[Answer]
) -> dict[tuple[Key, str], Revision]:
    """Return the revised numbers. One that is suppressed in either release cannot be compared."""
    then = {key_of(one): one for one in previous}
    found: dict[tuple[Key, str], Revision] = {}
    for answer in published:
        if (before := then.get(key_of(answer))) is None:
            continue
        for part in (*PARTS, *answer.beside):
            old, new = part_of(before, part), part_of(answer, part)
            if old is not None and new is not None and old != new:
                found[key_of(answer), part] = Revision(
                    answer=answer, part=part, before=old, after=new
                )
    return found


HEADINGS = (
    Heading(title="Measure", name="measure", words=True),
    Heading(title="Of", name="of", words=True),
    Heading(title="Last release", name="last_release"),
    Heading(title="This release", name="this_release"),
)
UNITS = {"share": Unit.SHARE, "hours": Unit.HOURS, "miles": Unit.MILES}


def revisions_sheet(revised: Iterable[Revision], number: int) -> Sheet:
    """Lay out what was revised: counts, and other figures only where they have no count of their own."""
    rows = [
        (_measure(one), _of(one.answer), _cell(one, one.before), _cell(one, one.after))
        for one in revised
        if one.part == "numerator" or (one.part == "value" and one.answer.numerator is None)
    ]
    return Sheet(
        number=number,
        name="revisions",
        title="Figures revised since the last release",
        headings=HEADINGS,
        rows=tuple(rows),
        empty="No figure is listed.",
    )


def _measure(one: Revision) -> str:
    measure = MEASURES.get(one.answer.measure)
    title = measure.title if measure else one.answer.measure
    return ", ".join(filter(None, [title, one.answer.band, one.answer.definition]))


def _of(answer: Answer) -> str:
    told = [f"{LABELS.get(key, key)} {word(key, value)}" for key, value in answer.group.items()]
    return ", ".join(told) or "All"


def _cell(one: Revision, value: float) -> Cell:
    measure = MEASURES.get(one.answer.measure)
    unit = UNITS.get(measure.unit, Unit.NUMBER) if measure else Unit.NUMBER
    return Cell(unit=Unit.COUNT if one.part == "numerator" else unit, value=value)
