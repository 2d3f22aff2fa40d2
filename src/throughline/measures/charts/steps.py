"""What a cascade is made of: a row for each step and for each reason of loss, with the marks of what has no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from throughline.measures.answers import Answer
from throughline.measures.charts.lookup import find
from throughline.measures.shorthand import NOT_APPLICABLE, marked, why_none

REASON = "no_case_reason"
"""`intake.positives_with_reason` by this column says why positives became no case of their own."""

SCHEMA = {
    "panel": pl.String,
    "step": pl.String,
    "lost_because": pl.String,
    "count": pl.Float64,
    "of_previous": pl.Float64,
    "of_first": pl.Float64,
    "marks": pl.String,
}
TOGETHER = "case by contact"
"""The panel of the one row that is no step: the share of cases reached times that of contacts."""


class _Number(NamedTuple):
    """A number, or the mark that says why there is none."""

    value: float | None
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class _Step:
    """A bar: how many are left of the step before, and the reasons of the rest with their counts."""

    panel: str
    name: str
    left: _Number
    reasons: tuple[tuple[str, _Number], ...] = ()


def table(answers: Sequence[Answer]) -> pl.DataFrame:
    """Return the figures of a cascade: for each panel that is told of its steps and losses, then case by contact."""
    panels = (_tests(answers), _cases(answers), _contacts(answers))
    rows = [row for steps in panels if steps for row in _rows(steps)]
    return pl.DataFrame([*rows, *_together(answers)], schema=SCHEMA, orient="row")


def _numerator(answers: Sequence[Answer], measure: str) -> _Number:
    found = find(answers, measure)
    return _number_of(found, found.numerator if found else None)


def _denominator(answers: Sequence[Answer], measure: str) -> _Number:
    found = find(answers, measure)
    return _number_of(found, found.denominator if found else None)


def _number_of(answer: Answer | None, value: float | None) -> _Number:
    return _Number(value) if value is not None else _Number(None, why_none(answer))


def _is_told(answer: Answer | None) -> bool:
    """Say whether there is a figure, if only a suppressed one: of a table that is not there nothing is known."""
    return answer is not None and (answer.suppressed or answer.numerator is not None)


def _complement(rate: Answer) -> _Number:
    if rate.numerator is None or rate.denominator is None:
        return _number_of(rate, None)
    return _Number(rate.denominator - rate.numerator)


def _tests(answers: Sequence[Answer]) -> list[_Step]:
    whole = find(answers, "tests.positivity")
    if whole is None or not _is_told(whole):
        return []
    return [
        _Step(panel="tests", name="People tested", left=_number_of(whole, whole.denominator)),
        _Step(
            panel="tests",
            name="People positive",
            left=_number_of(whole, whole.numerator),
            reasons=_without_case(answers),
        ),
    ]


def _without_case(answers: Sequence[Answer]) -> tuple[tuple[str, _Number], ...]:
    found = [
        (str(one.group[REASON]), _number_of(one, one.numerator))
        for one in answers
        if one.measure == "intake.positives_with_reason" and one.group.get(REASON) is not None
    ]
    return tuple((reason.replace("_", " "), number) for reason, number in found)


def _cases(answers: Sequence[Answer]) -> list[_Step]:
    if not _is_told(find(answers, "cases.transferred")):
        return []
    reached = find(answers, "cases.gave_contacts")
    steps = [
        _Step(
            panel="cases",
            name="Cases transferred to tracing",
            left=_numerator(answers, "cases.transferred"),
        ),
        _Step(
            panel="cases",
            name="Cases reached",
            left=_numerator(answers, "cases.reached"),
            reasons=(
                ("not reached or still open", _numerator(answers, "cases.not_reached")),
                ("no contact details", _numerator(answers, "cases.no_details")),
            ),
        ),
    ]
    if reached is not None:
        steps.append(
            _Step(
                panel="cases",
                name="Cases who named a contact",
                left=_number_of(reached, reached.numerator),
                reasons=(("named nobody", _complement(reached)),),
            )
        )
    return steps


def _contacts(answers: Sequence[Answer]) -> list[_Step]:
    if not _is_told(find(answers, "contacts.identified")):
        return []
    return [
        _Step(
            panel="contacts",
            name="Contacts identified",
            left=_numerator(answers, "contacts.identified"),
        ),
        _Step(
            panel="contacts",
            name="Contacts with details",
            left=_denominator(answers, "contacts.reached_with_details"),
            reasons=(("no contact details", _numerator(answers, "contacts.no_details")),),
        ),
        _Step(
            panel="contacts",
            name="Contacts reached",
            left=_numerator(answers, "contacts.reached"),
            reasons=(("not reached or still open", _numerator(answers, "contacts.not_reached")),),
        ),
    ]


_Row = tuple[str, str, str | None, float | None, float | None, float | None, str]


def _rows(steps: Sequence[_Step]) -> list[_Row]:
    first = steps[0].left
    rows: list[_Row] = []
    for before, step in zip([None, *steps], steps, strict=False):
        previous = before.left if before else None
        shares = _share(step.left, previous), _share(step.left, first)
        rows.append(_row(step.panel, step.name, None, step.left, *shares))
        base = step.left if step.panel == "tests" else previous
        rows += [
            _row(step.panel, step.name, reason, lost, _share(lost, base), _share(lost, first))
            for reason, lost in step.reasons
        ]
    return rows


def _together(answers: Sequence[Answer]) -> list[_Row]:
    """Return the row of case by contact, if it is known or hidden."""
    both = find(answers, "coverage.case_by_contact")
    if both is None or (both.value is None and not both.suppressed):
        return []
    none = _Number(None, NOT_APPLICABLE)
    share = _number_of(both, both.value)
    return [_row(TOGETHER, "Cases reached by contacts reached", None, none, none, share)]


def _row(
    panel: str,
    step: str,
    lost_because: str | None,
    count: _Number,
    of_previous: _Number,
    of_first: _Number,
) -> _Row:
    marks = {"count": count.mark, "of_previous": of_previous.mark, "of_first": of_first.mark}
    values = (count.value, of_previous.value, of_first.value)
    return (panel, step, lost_because, *values, marked(marks))


def _share(part: _Number, whole: _Number | None) -> _Number:
    if whole is None or whole.value == 0:
        return _Number(None, NOT_APPLICABLE)
    if part.value is None or whole.value is None:
        return _Number(None, part.mark or whole.mark)
    return _Number(part.value / whole.value)
