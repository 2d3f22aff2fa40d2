"""One message into rows, with everything that does not change from message to message worked out once."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.definitions.forms.hl7_paths import REPORT, hl7_path
from throughline.definitions.forms.mapping import DATED, KINDS, Mapping
from throughline.intake.parsing.hl7 import Message, Segment, Separators
from throughline.intake.parsing.hl7.envelopes import envelope_of
from throughline.intake.parsing.writing import UNREADABLE
from throughline.intake.unpacking.hl7.orders import Order, Patient, patients
from throughline.intake.unpacking.hl7.plan import Plan
from throughline.intake.unpacking.hl7.times import iso_day, iso_moment, zone_of

QUESTIONS = frozenset({"QST", "SCI"})
"""OBX-29: an answer asked for at order entry, or other clinical information; no result."""

DOCUMENTS = frozenset({"ED", "RP"})
"""OBX-2: a report embedded or pointed at, which says again what the results say."""

NO_RESULT = (
    "The message has no result: none of its observations (OBX) is more than an answer, a document or a "
    "measurement beside a result; send it with the result, or list its codes otherwise in the mapping."
)

MOST_KEPT = 64
"""Ways to write a message of which the worked-out form is kept: a service that runs for months meets any number."""

Coded = tuple[Segment, str, str]
"""An observation with its code and its alternative one."""


class Rows:
    """Messages to rows, for one mapping."""

    def __init__(self, form: Mapping) -> None:
        """Take the mapping's paths as columns."""
        columns = [column for source in form.fields.values() for column in source.columns]
        columns += [rule.column for rule in form.excluded]
        self.columns = list(dict.fromkeys(columns))
        self.header = [*self.columns, UNREADABLE]
        self.empty = [""] * len(self.header)
        self.paths = {
            place: hl7_path(column) for place, column in enumerate(self.columns) if column != REPORT
        }
        answers = {path.answer for path in self.paths.values() if path.answer}
        self.beside = frozenset({*answers, *form.file.beside})
        self.report = self.columns.index(REPORT) if REPORT in self.columns else None
        self.moments, self.days = _dated(form, self.columns)
        self.plans: dict[tuple[Separators, str], Plan] = {}
        self.good_heads: set[tuple[str, ...]] = set()

    def unreadable(self, sentence: str) -> list[str]:
        """Return the row of a message that cannot be read."""
        return [*self.empty[:-1], sentence]

    def of(self, message: Message) -> Iterator[list[str]]:
        """Yield a row for each result of a message; one that says why where there is none."""
        if refusal := self._refusal(message):
            yield self.unreadable(refusal)
            return
        key = (message.by, message.codec)
        plan = self.plans.get(key)
        if plan is None:
            if len(self.plans) >= MOST_KEPT:
                self.plans.clear()
            plan = self.plans[key] = Plan(self.paths, *key)
        zone = zone_of(plan.first(message.header, 7))
        found = False
        for patient in patients(message.segments):
            coded = [
                [(one, *plan.codes(one)) for one in order.observations] for order in patient.orders
            ]
            for order, observations in zip(patient.orders, coded, strict=True):
                for row in self._rows(plan, patient, order, observations, coded):
                    found = True
                    yield self._timed(row, zone)
        if not found:
            yield self.unreadable(NO_RESULT)

    def _refusal(self, message: Message) -> str:
        """Why a message is not for us; what was good once about kind and version is not looked at again."""
        header = message.header
        if len(header) > 12 and 0 < len(header[10]) < 100:
            head = (header[1], header[2], header[9], header[12])
            if head in self.good_heads:
                return ""
            if not (refusal := envelope_of(message).refusal):
                if len(self.good_heads) >= MOST_KEPT:
                    self.good_heads.clear()
                self.good_heads.add(head)
            return refusal
        return envelope_of(message).refusal

    def _rows(
        self,
        plan: Plan,
        patient: Patient,
        order: Order,
        observations: list[Coded],
        of_patient: list[list[Coded]],
    ) -> Iterator[list[str]]:
        results = [one for one in observations if not self._is_beside(one)]
        if not results and observations:
            return
        shared = self.empty.copy()
        for name, filling in plan.of_order:
            segment = order.first.get(name) or patient.first.get(name)
            if segment is not None:
                filling.fill(shared, segment)
        if plan.of_answers:
            _answer(plan, shared, [observations, *of_patient])
        ordered = order.first.get("OBR")
        filler = plan.first(ordered, 3) or plan.first(order.first.get("ORC"), 3)
        if not results:
            # Ordered and not done: what OBR-25 says of it is the mapping's to judge.
            yield self._numbered(shared, filler, plan.first(ordered, 4))
            return
        known: dict[str, int] = {}
        for observation, code, other in results:
            row = shared.copy()
            plan.of_observation.fill(row, observation)
            number = code or other
            if sub_id := plan.first(observation, 4):
                number = f"{number}/{sub_id}"
            times = known[number] = known.get(number, 0) + 1
            yield self._numbered(row, filler, number if times == 1 else f"{number}#{times}")

    def _numbered(self, row: list[str], filler: str, number: str) -> list[str]:
        """A row with the result's own number, where the order has one."""
        if self.report is not None and filler:
            row[self.report] = f"{filler}/{number}"
        return row

    def _is_beside(self, coded: Coded) -> bool:
        one, code, other = coded
        if code in self.beside or other in self.beside:
            return True
        length = len(one)
        return (length > 29 and one[29] in QUESTIONS) or (length > 2 and one[2] in DOCUMENTS)

    def _timed(self, row: list[str], zone: str) -> list[str]:
        for place in self.moments:
            if row[place]:
                row[place] = iso_moment(row[place], zone)
        for place in self.days:
            if row[place]:
                row[place] = iso_day(row[place])
        return row


def _answer(plan: Plan, row: list[str], orders: list[list[Coded]]) -> None:
    """Fill in answers: of the first order that has them, this one before the patient's others."""
    left = dict(plan.of_answers)
    for observations in orders:
        for observation, code, other in observations:
            filling = left.pop(code, None) or left.pop(other, None)
            if filling is not None:
                filling.fill(row, observation)


def _dated(form: Mapping, columns: list[str]) -> tuple[list[int], list[int]]:
    """The places of columns that are read as moments, and of those that are read as days alone."""
    kinds: dict[str, set[str]] = {}
    for field, source in form.fields.items():
        for column in source.columns:
            kinds.setdefault(column, set()).add(KINDS[field])
    moments = [n for n, column in enumerate(columns) if "time" in kinds.get(column, ())]
    days = [n for n, column in enumerate(columns) if kinds.get(column, set()) & DATED == {"date"}]
    return moments, days
