"""One message into rows, with everything that does not change from message to message worked out once."""

from __future__ import annotations

from throughline.definitions.forms.hl7_paths import REPORT, hl7_path
from throughline.definitions.forms.mapping import DATED, KINDS, Mapping
from throughline.intake.parsing.hl7 import Message, Separators
from throughline.intake.parsing.hl7.envelopes import envelope_of
from throughline.intake.parsing.writing import UNREADABLE
from throughline.intake.unpacking.hl7.orders import Order, Patient, Seen, patients
from throughline.intake.unpacking.hl7.plan import Plan
from throughline.intake.unpacking.hl7.times import iso_day, iso_moment, iso_whole, zone_of

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


class Rows:
    """Messages to rows, for one mapping."""

    def __init__(self, form: Mapping) -> None:
        """Take the mapping's paths as columns."""
        self.columns = form.columns
        self.header = [*self.columns, UNREADABLE]
        self.empty = [""] * len(self.header)
        self.paths = {
            place: hl7_path(column) for place, column in enumerate(self.columns) if column != REPORT
        }
        self.beside = frozenset(form.file.beside)
        self.report = self.columns.index(REPORT) if REPORT in self.columns else None
        self.moments, self.days = _dated(form, self.columns)
        self.plans: dict[tuple[Separators, str], Plan] = {}
        self.plan: Plan | None = None
        self.good_heads: set[tuple[str, ...]] = set()

    def unreadable(self, sentence: str) -> list[str]:
        """Return the row of a message that cannot be read."""
        return [*self.empty[:-1], sentence]

    def of(self, message: Message) -> list[list[str]]:
        """Return a row for each result of a message; one that says why where there is none."""
        if refusal := self._refusal(message):
            return [self.unreadable(refusal)]
        plan = self._plan(message.by, message.codec)
        rows: list[list[str]] = []
        for patient in patients(message.segments, plan):
            for order in patient.orders:
                rows += self._rows(plan, patient, order)
        self._time(rows, plan.first(message.header, 7))
        return rows or [self.unreadable(NO_RESULT)]

    def _plan(self, by: Separators, codec: str) -> Plan:
        """The plan for one way to write a message: mostly that of the message before."""
        plan = self.plan
        if plan is not None and plan.by is by and plan.codec == codec:
            return plan
        plan = self.plans.get((by, codec))
        if plan is None:
            if len(self.plans) >= MOST_KEPT:
                self.plans.clear()
            plan = self.plans[by, codec] = Plan(self.paths, self.beside, by, codec)
        self.plan = plan
        return plan

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

    def _rows(self, plan: Plan, patient: Patient, order: Order) -> list[list[str]]:
        results = _results(order)
        if not results and order.observations:
            return []
        shared = self.empty.copy()
        for name, filling in plan.of_order:
            segment = order.first.get(name) or patient.first.get(name)
            if segment is not None:
                filling.fill(shared, segment)
        if plan.of_answers:
            _answer(plan, shared, [order, *patient.orders])
        ordered = order.first.get("OBR")
        filler = plan.first(ordered, 3) or plan.first(order.first.get("ORC"), 3)
        if not results:
            # Ordered and not done: what OBR-25 says of it is the mapping's to judge.
            return [self._numbered(shared, filler, plan.first(ordered, 4))]
        rows = []
        known: dict[str, int] = {}
        for observation, observed in results:
            row = shared.copy()
            plan.of_observation.fill(row, observation)
            number = observed.code or observed.other
            if sub_id := plan.first(observation, 4):
                number = f"{number}/{sub_id}"
            times = known[number] = known.get(number, 0) + 1
            rows.append(self._numbered(row, filler, number if times == 1 else f"{number}#{times}"))
        return rows

    def _numbered(self, row: list[str], filler: str, number: str) -> list[str]:
        """A row with the result's own number, where the order has one."""
        if self.report is not None and filler:
            row[self.report] = f"{filler}/{number}"
        return row

    def _time(self, rows: list[list[str]], written: str) -> None:
        """Make times and days ISO's; `written` is when the message was, whose zone is that of times without one."""
        for row in rows:
            for place in self.moments:
                if value := row[place]:
                    row[place] = iso_whole(value) or iso_moment(value, zone_of(written))
            for place in self.days:
                if value := row[place]:
                    row[place] = iso_day(value)


def _results(order: Order) -> list[Seen]:
    """The observations that are more than answers, documents or what is measured beside a result."""
    results = []
    for seen in order.observations:
        one, observed = seen
        if observed.is_beside:
            continue
        length = len(one)
        if (length > 29 and one[29] in QUESTIONS) or (length > 2 and one[2] in DOCUMENTS):
            continue
        results.append(seen)
    return results


def _answer(plan: Plan, row: list[str], orders: list[Order]) -> None:
    """Fill in answers: of the first order that has them, this one before the patient's others."""
    left = dict(plan.of_answers)
    for order in orders:
        for observation, observed in order.observations:
            for code in observed.answers:
                if filling := left.pop(code, None):
                    filling.fill(row, observation)
                    break
        if not left:
            return


def _dated(form: Mapping, columns: list[str]) -> tuple[list[int], list[int]]:
    """The places of columns that are read as moments, and of those that are read as days alone."""
    kinds: dict[str, set[str]] = {}
    for field, source in form.fields.items():
        for column in source.columns:
            kinds.setdefault(column, set()).add(KINDS[field])
    moments = [n for n, column in enumerate(columns) if "time" in kinds.get(column, ())]
    days = [n for n, column in enumerate(columns) if kinds.get(column, set()) & DATED == {"date"}]
    return moments, days
