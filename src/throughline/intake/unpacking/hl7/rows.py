"""One message into rows, with everything that does not change from message to message worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from throughline.definitions.forms.hl7_paths import REPORT, hl7_path
from throughline.definitions.forms.mapping import DATED, KINDS, Mapping
from throughline.intake.parsing.hl7 import Message, Segment, Separators
from throughline.intake.parsing.hl7.envelopes import envelope_of
from throughline.intake.parsing.writing import UNREADABLE
from throughline.intake.unpacking.hl7.orders import Order, Patient, patients
from throughline.intake.unpacking.hl7.picking import Pick, picker
from throughline.intake.unpacking.hl7.times import iso_day, iso_moment, zone_of

QUESTIONS = frozenset({"QST", "SCI"})
"""OBX-29: an answer asked for at order entry, or other clinical information; no result."""

DOCUMENTS = frozenset({"ED", "RP"})
"""OBX-2: a report embedded or pointed at, which says again what the results say."""

NO_RESULT = (
    "The message has no result: none of its observations (OBX) is more than an answer, a document or a "
    "measurement beside a result; send it with the result, or list its codes otherwise in the mapping."
)


class _Plan(NamedTuple):
    """How the columns are filled for one set of separators; places are those in the row."""

    of_order: list[tuple[str, list[tuple[int, Pick]]]]
    of_observation: list[tuple[int, Pick]]
    of_answers: list[tuple[int, str, Pick]]
    code: Pick
    other_code: Pick
    sub_id: Pick
    filler: Pick
    service: Pick


class Rows:
    """Messages to rows, for one mapping."""

    def __init__(self, form: Mapping) -> None:
        """Take the mapping's paths as columns."""
        columns = [column for source in form.fields.values() for column in source.columns]
        columns += [rule.column for rule in form.excluded]
        self.columns = list(dict.fromkeys(columns))
        self.header = [*self.columns, UNREADABLE]
        self.paths = {
            place: hl7_path(column) for place, column in enumerate(self.columns) if column != REPORT
        }
        self.beside = {path.answer for path in self.paths.values() if path.answer} | set(
            form.file.beside
        )
        self.report = self.columns.index(REPORT) if REPORT in self.columns else None
        self.moments, self.days = _dated(form, self.columns)
        self.plans: dict[tuple[Separators, str], _Plan] = {}

    def unreadable(self, sentence: str) -> list[str]:
        """Return the row of a message that cannot be read."""
        return [*([""] * len(self.columns)), sentence]

    def of(self, message: Message) -> Iterator[list[str]]:
        """Yield a row for each result of a message; one that says why where there is none."""
        envelope = envelope_of(message)
        if envelope.refusal:
            yield self.unreadable(envelope.refusal)
            return
        plan = self._plan(message.by, message.codec)
        zone = zone_of(envelope.written_at)
        found = False
        for patient in patients(message.segments):
            for order in patient.orders:
                for row in self._rows(plan, patient, order):
                    found = True
                    yield self._timed(row, zone)
        if not found:
            yield self.unreadable(NO_RESULT)

    def _rows(self, plan: _Plan, patient: Patient, order: Order) -> Iterator[list[str]]:
        results = [one for one in order.observations if not self._is_beside(plan, one)]
        if not results and order.observations:
            return
        shared = [""] * (len(self.columns) + 1)
        for name, picks in plan.of_order:
            segment = order.first.get(name) or patient.first.get(name)
            if segment is not None:
                for place, pick in picks:
                    shared[place] = pick(segment)
        if plan.of_answers:
            self._answer(plan, shared, patient, order)
        filler = _first(plan.filler, order, "OBR", "ORC")
        if not results:
            # Ordered and not done: what OBR-25 says of it is the mapping's to judge.
            yield self._numbered(shared, filler, _first(plan.service, order, "OBR"))
            return
        known: dict[str, int] = {}
        for observation in results:
            row = shared.copy()
            for place, pick in plan.of_observation:
                row[place] = pick(observation)
            number = plan.code(observation) or plan.other_code(observation)
            if sub_id := plan.sub_id(observation):
                number = f"{number}/{sub_id}"
            times = known[number] = known.get(number, 0) + 1
            yield self._numbered(row, filler, number if times == 1 else f"{number}#{times}")

    def _numbered(self, row: list[str], filler: str, number: str) -> list[str]:
        """A row with the result's own number, where the order has one."""
        if self.report is not None and filler:
            row[self.report] = f"{filler}/{number}"
        return row

    def _is_beside(self, plan: _Plan, one: Segment) -> bool:
        if len(one) > 2 and one[2] in DOCUMENTS:
            return True
        if len(one) > 29 and one[29] in QUESTIONS:
            return True
        return plan.code(one) in self.beside or plan.other_code(one) in self.beside

    def _answer(self, plan: _Plan, row: list[str], patient: Patient, order: Order) -> None:
        """Fill in answers: of this order, else of another of the same patient."""
        given: dict[str, Segment] = {}
        for one in (order, *patient.orders):
            for observation in one.observations:
                for code in (plan.code(observation), plan.other_code(observation)):
                    given.setdefault(code, observation)
        for place, code, pick in plan.of_answers:
            if (observed := given.get(code)) is not None:
                row[place] = pick(observed)

    def _timed(self, row: list[str], zone: str) -> list[str]:
        for place in self.moments:
            if row[place]:
                row[place] = iso_moment(row[place], zone)
        for place in self.days:
            if row[place]:
                row[place] = iso_day(row[place])
        return row

    def _plan(self, by: Separators, codec: str) -> _Plan:
        if (known := self.plans.get((by, codec))) is not None:
            return known
        of_order: dict[str, list[tuple[int, Pick]]] = {}
        of_observation: list[tuple[int, Pick]] = []
        of_answers: list[tuple[int, str, Pick]] = []
        for place, path in self.paths.items():
            pick = picker(path, by, codec)
            if path.answer is not None:
                of_answers.append((place, path.answer, pick))
            elif path.segment == "OBX":
                of_observation.append((place, pick))
            else:
                of_order.setdefault(path.segment, []).append((place, pick))

        def at(text: str) -> Callable[[Segment], str]:
            return picker(hl7_path(text), by, codec)

        plan = _Plan(
            of_order=list(of_order.items()),
            of_observation=of_observation,
            of_answers=of_answers,
            code=at("OBX-3.1"),
            other_code=at("OBX-3.4"),
            sub_id=at("OBX-4.1"),
            filler=at("OBR-3.1"),
            service=at("OBR-4.1"),
        )
        self.plans[by, codec] = plan
        return plan


def _first(pick: Pick, order: Order, *names: str) -> str:
    """The value at one place of the first of these segments that has it: OBR-3 and ORC-3 are the same."""
    for name in names:
        if (segment := order.first.get(name)) is not None and (value := pick(segment)):
            return value
    return ""


def _dated(form: Mapping, columns: list[str]) -> tuple[list[int], list[int]]:
    """The places of columns that are read as moments, and of those that are read as days alone."""
    kinds: dict[str, set[str]] = {}
    for field, source in form.fields.items():
        for column in source.columns:
            kinds.setdefault(column, set()).add(KINDS[field])
    moments = [n for n, column in enumerate(columns) if "time" in kinds.get(column, ())]
    days = [n for n, column in enumerate(columns) if kinds.get(column, set()) & DATED == {"date"}]
    return moments, days
