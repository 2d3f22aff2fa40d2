"""What a measure says of one group and band: the same object on screen, in a file and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast, overload

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Number = int | float


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A numerator over a denominator, for a measure that is made of several.

    >>> events.measure("coverage.case_by_contact")[0].components["contacts"]
    Pair(numerator=5, denominator=7)
    """

    numerator: Number | None
    denominator: Number | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One figure.

    A count has its number in `numerator` and `value`, and no denominator. A rate has both, and an unrounded
    fraction from 0 to 1 as `value`; it is None when the denominator is 0. A percentile has its value alone,
    in the unit of the measure, with the rows it is over as `beside["n"]`. A product of rates has neither;
    its pairs are in `components`. `beside` holds the counts that stand next to a figure (n, open, unknown,
    fault, immature). When `suppressed`, every number is None.

    >>> (answer,) = events.measure("cases.not_reached")
    >>> answer.numerator, answer.denominator, round(answer.value, 3), answer.beside
    (2, 6, 0.333, {'open': 1})
    >>> answer.as_dict()["definition"]
    'reach-2020-05'

    Source of the form: the output of docs/reference/events.md.
    """

    measure: str
    group: Mapping[str, str | None]
    band: str | None = None
    definition: str | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    value: float | None = None
    suppressed: bool = False
    components: Mapping[str, Pair] = field(default_factory=dict)
    beside: Mapping[str, Number | None] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the object of the contract: `components` and `beside` only where there are any."""
        told: dict[str, Any] = {
            "measure": self.measure,
            "group": dict(self.group),
            "band": self.band,
            "definition": self.definition,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
            "suppressed": self.suppressed,
        }
        if self.components:
            told["components"] = {
                name: {"numerator": pair.numerator, "denominator": pair.denominator}
                for name, pair in self.components.items()
            }
        if self.beside:
            told["beside"] = dict(self.beside)
        return told


@dataclass(frozen=True, slots=True)
class Answers(Sequence[Answer]):
    """Answers in the order asked, and as a tidy frame: one row each, one column for each group.

    Shape of the frame: measure, the groups as text, band, definition (text), numerator, denominator (whole numbers;
    hours and sums may be doubles), value (double: a fraction from 0 to 1, or in the measure's unit), suppressed (bool).
    What stands beside a figure is in columns `beside_…`, the pairs of a product in `…_numerator` and
    `…_denominator`. What is not known is null. Source: the output of docs/reference/events.md.

    >>> answers = events.measure("cases.reached", by="week")
    >>> len(answers), answers[0].group, answers[0].numerator, answers[0].denominator
    (2, {'week': '2020-05-28'}, 2, 3)
    >>> answers.columns
    ['measure', 'week', 'band', 'definition', 'numerator', 'denominator', 'value', 'suppressed']
    >>> answers.to_pandas()["value"].round(3).tolist(), answers.to_arrow().num_rows
    ([0.667, 0.333], 2)
    """

    answers: Sequence[Answer]

    @overload
    def __getitem__(self, index: int) -> Answer: ...
    @overload
    def __getitem__(self, index: slice) -> Answers: ...
    def __getitem__(self, index: int | slice) -> Answer | Answers:
        """Return one answer, or several as answers."""
        if isinstance(index, slice):
            return Answers(self.answers[index])
        return self.answers[index]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.answers)

    def as_dicts(self) -> list[dict[str, Any]]:
        """Return the objects of the contract."""
        return [one.as_dict() for one in self.answers]

    @property
    def columns(self) -> list[str]:
        """The columns of the frame: what every answer has, then what only some have beside them."""
        groups = dict.fromkeys(name for one in self.answers for name in one.group)
        more = dict.fromkeys(name for one in self.answers for name in _row(one))
        return list(dict.fromkeys(["measure", *map(_group_name, groups), *FIXED, *more]))

    def as_rows(self) -> list[dict[str, Any]]:
        """Return flat rows that all have the same columns, in the same order."""
        names = self.columns
        return [{name: row.get(name) for name in names} for row in map(_row, self.answers)]

    def to_polars(self) -> polars.DataFrame:
        """Return a polars frame; counts are whole numbers, values doubles."""
        import polars

        return cast("polars.DataFrame", polars.from_arrow(self.to_arrow()))

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas frame."""
        return cast("pandas.DataFrame", self.to_arrow().to_pandas())

    def to_arrow(self) -> pyarrow.Table:
        """Return an Arrow table."""
        import pyarrow

        rows = self.as_rows()
        return pyarrow.table(
            {name: _arrow([row[name] for row in rows], name) for name in self.columns}
        )


COUNTS = ("numerator", "denominator")
FIXED = ("band", "definition", "numerator", "denominator", "value", "suppressed")


def _group_name(name: str) -> str:
    """Return a group's column; one called as a column of every frame is told apart."""
    return f"by_{name}" if name in {"measure", *FIXED} else name


def _row(one: Answer) -> dict[str, Any]:
    told = one.as_dict()
    group = told.pop("group")
    pairs = told.pop("components", {})
    beside = told.pop("beside", {})
    return (
        told
        | {_group_name(name): value for name, value in group.items()}
        | {f"{name}_{part}": pair[part] for name, pair in pairs.items() for part in pair}
        | {f"beside_{name}": value for name, value in beside.items()}
    )


def _arrow(values: list[Any], name: str) -> pyarrow.Array:
    import pyarrow

    if name == "suppressed":
        return pyarrow.array(values, pyarrow.bool_())
    if name == "value" or any(isinstance(one, float) for one in values):
        return pyarrow.array(values, pyarrow.float64())
    if any(isinstance(one, int) for one in values) or name.endswith(COUNTS):
        return pyarrow.array(values, pyarrow.int64())
    return pyarrow.array(values, pyarrow.string())
