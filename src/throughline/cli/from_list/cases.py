"""The rows of a line list as results and cases: nothing is invented, and every row is in one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from throughline.cli.from_list.listed import Bad, ListFile, bad, torn
from throughline.cli.from_list.people import People, Person
from throughline.definitions.forms import traced
from throughline.definitions.forms.mapping import Mapping as Form
from throughline.intake.parsing import Row
from throughline.intake.rules.compiled import compile_mapping
from throughline.intake.rules.record import Fault, Record
from throughline.intake.rules.repeats import Version, judge_repeat
from throughline.intake.rules.traced import case_reader
from throughline.measures.tables import CASES, RESULTS
from throughline.measures.tidy import types_of

AT_ONCE = 50_000
"""Rows held as Python values before they become a frame."""

YES = {"yes": True, "no": False}
OF_RESULT = (
    "result_id", "person_id", "disease", "pillar", "route", "test_kind", "purpose", "result", "taken_at",
    "reported_at", "area", "region", "case_id", "no_case_reason", "merged_into",
)  # fmt: skip


@dataclass(kw_only=True)
class Listed:
    """What a list came to. Received = accepted + duplicates + corrected + faults.

    `assumed` counts the cases whose `transferred_at` is another moment of the row, by that one's name.
    """

    results: pl.DataFrame
    cases: pl.DataFrame
    people: People
    received: int
    duplicates: int
    corrected: int
    faults: list[Bad]
    pairs: list[tuple[Row, str, str]]
    assumed: Counter[str] = field(default_factory=Counter)

    @property
    def accepted(self) -> int:
        """How many rows became a result that stands."""
        return self.results.height - self.corrected


def read_list(
    file: ListFile,
    form: Form,
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Listed:
    """Read every row of a list. Raises FileRefused when a column that the mapping needs is not there."""
    return _Reading(file, form, now).run(progress)


class _Reading:
    def __init__(self, file: ListFile, form: Form, now: datetime) -> None:
        self.file, self.form = file, form
        self.said = compile_mapping(form, file.columns, received_at=now, allow_drama_numbers=True)
        self.traced = case_reader(form, file.columns, received_at=now)
        extra = {name: pl.String() for name in form.case if name.startswith(traced.EXTRA)}
        self.case_types = {**types_of(CASES), **extra}
        self.result_types = {name: types_of(RESULTS)[name] for name in OF_RESULT}
        self.people = People()
        self.faults: list[Bad] = []
        self.counts: Counter[str] = Counter()
        self.assumed: Counter[str] = Counter()
        # By report: the version that stands, and its place among the results.
        self.standing: dict[str, tuple[Version, int]] = {}
        self.replaced: dict[int, str] = {}
        self.results: list[tuple[Any, ...]] = []
        self.cases: list[tuple[Any, ...]] = []
        self.of_result: list[int] = []
        self.frames: list[tuple[pl.DataFrame, pl.DataFrame]] = []
        self.place = 0
        self.pairs: list[tuple[Row, str, str]] = []

    def run(self, progress: Callable[[int], None]) -> Listed:
        received = 0
        for row in self.file.rows():
            received += 1
            if (fault := self._take(row)) is not None:
                self.faults.append(fault)
            if len(self.results) >= AT_ONCE:
                self._keep()
                progress(received)
        self._keep()
        return self._listed(received)

    def _take(self, row: Row) -> Bad | None:
        if row.fields is None:
            return torn(row)
        said, case = self.said(row.fields), self.traced(row.fields)
        if isinstance(said, Fault):
            return bad(row, said)
        if isinstance(case, Fault):
            return bad(row, case)
        version = Version(content=said.content, reported_at=said.reported_at, status=said.status)
        before = self.standing.get(said.report_id)
        judged = judge_repeat([before[0]] if before else [], version)
        if judged == "duplicate":
            self.counts["duplicates"] += 1
            return None
        if judged == "conflict":
            return bad(row, self._again(said.report_id))
        opens = said.result == "positive" and said.excluded is None
        if opens and (fault := self._dated(said, case)) is not None:
            return bad(row, fault)
        if before:
            self.replaced[before[1]] = said.report_id
        self.standing[said.report_id] = version, self.place
        self._add(row, said, case, opens=opens)
        return None

    def _dated(self, said: Record, case: dict[str, Any]) -> Fault | None:
        """Give the case the moment at which it was known, of those that the row gives; without one it has no week."""
        if case.get("transferred_at") is not None:
            return None
        for name in ("reported_at", "taken_at"):
            if name not in said.assumed:
                case["transferred_at"] = getattr(said, name)
                case["assumed"] = name
                return None
        return Fault(
            column=self._column("reported_at", "taken_at"),
            value="",
            reason="missing",
            allowed="a case needs the day it was reported, tested or transferred, so give one",
        )

    def _again(self, report_id: str) -> Fault:
        return Fault(
            column=self._column("report_id"),
            value=report_id,
            reason="conflict",
            allowed="each report has an id of its own, so give it one, or take one of the rows out",
        )

    def _column(self, *fields: str) -> str:
        """Return the columns that fields are read from, as a fault names them."""
        sources = [self.form.fields[name] for name in fields if name in self.form.fields]
        return " or ".join(name for one in sources for name in one.columns) or fields[0]

    def _add(self, row: Row, said: Record, case: dict[str, Any], *, opens: bool) -> None:
        person_id = self.people.person_id(said)
        own = said.patient_id or said.report_id
        case_id = (case.get("case_id") or own) if opens else None
        case |= {
            "case_id": case_id,
            "person_id": person_id,
            "result_id": said.report_id,
            "household_id": said.household_id,
            "disease": said.disease,
            "area": said.area,
            "region": said.region,
            "under_18": _under_18(said),
            "symptomatic": YES.get(said.symptomatic or ""),
            "onset_on": said.onset_on,
            "taken_at": None if "taken_at" in said.assumed else said.taken_at,
            "result_at": None if "reported_at" in said.assumed else said.reported_at,
        }
        case["recorded_at"] = case.get("transferred_at")
        if case.get("outcome") is None:
            case["outcome"] = "reached" if case.get("reached_at") else "open"
        result = {
            **{name: getattr(said, name, None) for name in OF_RESULT},
            **case,
            "reported_at": case["result_at"],
            "no_case_reason": _reason(said),
        }
        self.results.append(tuple(result[name] for name in OF_RESULT))
        if opens:
            self.of_result.append(self.place)
            self.cases.append(tuple(case.get(name) for name in self.case_types))
            self.assumed[case.get("assumed", "")] += 1
        person = Person(
            person_id=person_id,
            case_id=case_id,
            transferred_at=case["transferred_at"] if opens else None,
            household_id=said.household_id,
            area=said.area,
            region=said.region,
            under_18=case["under_18"],
        )
        self.people.add(person, case_id, person_id, said.report_id)
        self.pairs += [(row, infector, own) for infector in said.infector_ids]
        self.place += 1

    def _keep(self) -> None:
        """Make frames of the rows held."""
        results = pl.DataFrame(self.results, schema=self.result_types, orient="row")
        cases = pl.DataFrame(self.cases, schema=self.case_types, orient="row")
        places = pl.Series("place", self.of_result, dtype=pl.Int64)
        self.frames.append((results, cases.with_columns(places)))
        self.results, self.cases, self.of_result = [], [], []

    def _listed(self, received: int) -> Listed:
        results = pl.concat([one for one, _ in self.frames])
        cases = pl.concat([one for _, one in self.frames])
        stands = ~pl.col("place").is_in(pl.Series(list(self.replaced), dtype=pl.Int64).implode())
        # A report that was corrected stays as a row of its own, merged into the one that corrected it.
        places = pl.int_range(pl.len(), dtype=pl.Int64)
        results = results.with_columns(place=places)
        merged = results["place"].replace_strict(
            self.replaced, default=None, return_dtype=pl.String
        )
        results = results.with_columns(merged_into=merged)
        results = results.with_columns(
            result_id=pl.when(stands)
            .then("result_id")
            .otherwise(pl.format("{}@{}", "result_id", pl.col("place") + 1)),
        ).drop("place")
        # One case a person, or as the list numbers them: the first row of it.
        cases = (
            cases.filter(stands).drop("place").unique("case_id", keep="first", maintain_order=True)
        )
        return Listed(
            results=results,
            cases=cases,
            people=self.people,
            received=received,
            duplicates=self.counts["duplicates"],
            corrected=len(self.replaced),
            faults=self.faults,
            pairs=self.pairs,
            assumed=Counter({name: n for name, n in self.assumed.items() if name}),
        )


def _reason(said: Record) -> str | None:
    if said.status == "withdrawn":
        return "withdrawn"
    return said.excluded if said.result == "positive" else None


def _under_18(said: Record) -> bool | None:
    if said.age is not None:
        return said.age < 18
    day = next(
        (
            getattr(said, name).date()
            for name in ("taken_at", "reported_at")
            if name not in said.assumed
        ),
        None,
    )
    if said.birth_date is None or day is None:
        return None
    return _years(said.birth_date, day) < 18


def _years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
