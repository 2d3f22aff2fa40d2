"""The files of a week, in the order of their arrival. Each is computed from its number alone, in constant memory.

Of each thousand rows exactly ten say again what another said, twenty correct one, one contradicts one, and five
cannot be read. What belongs together may be days apart and come in either order: some files are late, some
corrections come before what they correct, and within a file rows stand in no order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import Literal, NamedTuple

from throughline.rehearsal.bulk import Pools, Values, bits_of, row_of
from throughline.rehearsal.faults import UNREADABLE
from throughline.rehearsal.identifiers import CAPACITY
from throughline.rehearsal.layout import COLUMNS

THOUSAND = 1000
DUPLICATES, BROKEN, CONFLICTS, CORRECTIONS = 10, 5, 1, 20
REPORTS = THOUSAND - DUPLICATES - CONFLICTS - CORRECTIONS
"""Reports of which a thousand rows are made; some are told twice."""

DAYS = 7
FURTHEST = 8
"""Files of the same sender after which the second telling of a report has come."""

_DAY = 1440
_BEFORE = 17 * _DAY  # minutes that the pools know before the week
_LATER = 30  # minutes from a report to its correction
_POSITIVE = 0.05
_RESULT, _REPORTED_AT, _TAKEN_AT = map(COLUMNS.index, ("result", "reported_at", "taken_at"))
_BIRTH_DATE = COLUMNS.index("birth_date")

Kind = Literal["plain", "duplicate", "corrected", "conflict", "broken"]
Form = Literal["csv", "gzip", "hl7"]


class Sender(NamedTuple):
    """A laboratory and how it sends."""

    code: str
    form: Form


SENDERS = (
    Sender("glimmerwort", "csv"),
    Sender("tidewhistle", "csv"),
    Sender("zexmouth_infirmary", "gzip"),
    Sender("otterbell", "hl7"),
)


class Row(NamedTuple):
    """One row as it is sent. `version` is 1 for what was said after the first; a row may be `cut` off on its way."""

    report: int
    person: int
    kind: Kind
    version: int
    is_positive: bool
    values: Values
    cut: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class File:
    """A file and when it comes; its rows are `Week.rows_of`."""

    number: int
    sender: Sender
    arrives_at: datetime

    @property
    def name(self) -> str:
        return f"{self.sender.code}-{self.number:03d}"


class Week:
    def __init__(self, *, results: int, seed: int, until: date, a_day: int = 4) -> None:
        """`results` rows in all; `until` is the first day after the week; each sender has so many files `a_day`."""
        if results <= 0 or results % THOUSAND:
            raise ValueError(f"{results} results were asked for; ask for a multiple of {THOUSAND}.")
        self.reports = results // THOUSAND * REPORTS
        self.persons = min(self.reports, CAPACITY)
        self.number_of_files = DAYS * a_day * len(SENDERS)
        self._a_day = a_day
        self._seed = seed
        self._start = Random(seed).getrandbits(64)  # noqa: S311 - rehearsal data, not secrets
        self._pools = Pools(until=until)
        self._begins = datetime.combine(until, time(0), UTC) - timedelta(days=DAYS)
        self._kinds = lru_cache(maxsize=64)(self._draw_kinds)
        self._told_twice = lru_cache(maxsize=512)(self._find_told_twice)

    def files(self) -> Iterator[File]:
        """All files, in the order of their arrival."""
        yield from sorted(
            map(self._file, range(self.number_of_files)), key=lambda file: file.arrives_at
        )

    def rows_of(self, file: File) -> list[Row]:
        """The rows of a file, in no order."""
        here = file.number
        rows = [self._row(report, here, is_first=True) for report in self._own(here)]
        furthest = here - FURTHEST * len(SENDERS)
        for source in range(max(here % len(SENDERS), furthest), here + 1, len(SENDERS)):
            rows += [
                self._row(report, source, is_first=False)
                for report, target in self._told_twice(source)
                if target == here
            ]
        self._draw("order", here).shuffle(rows)
        return rows

    def _file(self, number: int) -> File:
        draw = self._draw("arrival", number)
        minute = self._ends(number)
        if draw.random() < 0.1:
            minute = min(minute + draw.randint(60, 2400), DAYS * _DAY - 1)
        # Seconds tell files of one minute apart.
        moment = timedelta(minutes=minute, seconds=60 * number / self.number_of_files)
        return File(
            number=number,
            sender=SENDERS[number % len(SENDERS)],
            arrives_at=self._begins + moment,
        )

    def _own(self, number: int) -> range:
        """The reports that are first told in this file."""
        all_files = self.number_of_files
        return range(self.reports * number // all_files, self.reports * (number + 1) // all_files)

    def _find_told_twice(self, number: int) -> list[tuple[int, int]]:
        """Those of a file's reports that are told twice, and the file in which they are told again."""
        found = []
        for report in self._own(number):
            if self._kind(report) in ("duplicate", "corrected", "conflict"):
                target = number + self._bits(report, 2) % (FURTHEST + 1) * len(SENDERS)
                found.append((report, target if target < self.number_of_files else number))
        return found

    def _kind(self, report: int) -> Kind:
        block, place = divmod(report, REPORTS)
        return self._kinds(block).get(place, "plain")

    def _draw_kinds(self, block: int) -> dict[int, Kind]:
        many: dict[Kind, int] = {
            "duplicate": DUPLICATES, "corrected": CORRECTIONS, "conflict": CONFLICTS, "broken": BROKEN,
        }  # fmt: skip
        kinds = [kind for kind, number in many.items() for _ in range(number)]
        places = self._draw("kinds", block).sample(range(REPORTS), len(kinds))
        return dict(zip(places, kinds, strict=True))

    def _row(self, report: int, number: int, *, is_first: bool) -> Row:
        """A report as it is told in its own file or, where it is told twice, in the other one."""
        kind = self._kind(report)
        # Half of the corrections come before what they correct.
        overtakes = kind == "corrected" and bool(self._bits(report, 3) & 1)
        version = int(is_first == overtakes)
        minute = _BEFORE + self._ends(number) - 60 - self._bits(report, 4) % 240
        person = self._person(report)
        is_positive = self._bits(report, 5) < _POSITIVE * 2**64
        told = "positive" if is_positive else "negative"
        values = row_of(
            self._pools, self._start, person, report, self._bits(report, 6) >> 16, minute, told
        )
        cut = False
        if kind == "broken":
            values, cut = _broken(values, self._bits(report, 7))
        elif version and kind == "conflict":
            is_positive = not is_positive
            values = _with(values, {_RESULT: _result(is_positive)})
        elif version and kind == "corrected":
            changes = {_REPORTED_AT: self._pools.moments[minute + _LATER]}
            if self._bits(report, 3) & 2:
                is_positive = not is_positive
                changes[_RESULT] = _result(is_positive)
            else:
                taken = self._pools.moments.index(values[_TAKEN_AT], max(0, minute - 3600))
                changes[_TAKEN_AT] = self._pools.moments[max(0, taken - 60)]
            values = _with(values, changes)
        return Row(report, person, kind, version, is_positive, values, cut)

    def _person(self, report: int) -> int:
        """Whose result it is: mostly that of somebody new, else of anybody."""
        bits = self._bits(report, 1)
        is_new = report < self.persons and bits & 7
        return report if is_new else (bits >> 3) % self.persons

    def _bits(self, report: int, what: int) -> int:
        return bits_of(self._start + what, report)

    def _draw(self, what: str, number: int) -> Random:
        return Random(f"{self._seed} {what} {number}")  # noqa: S311 - rehearsal data, not secrets

    def _ends(self, number: int) -> int:
        """The minute of the week at which a file is made."""
        turn, sender = divmod(number, len(SENDERS))
        day, slot = divmod(turn, self._a_day)
        return day * _DAY + 300 + (slot + 1) * 1000 // self._a_day + sender * 7


def _result(is_positive: bool) -> str:  # noqa: FBT001 - what it says
    return "positive" if is_positive else "negative"


def _with(values: Values, changes: dict[int, str]) -> Values:
    changed = list(values)
    for place, value in changes.items():
        changed[place] = value
    return tuple(changed)


def _broken(values: Values, bits: int) -> tuple[Values, bool]:
    """A row that nobody can take: no date, no result that is known, or cut off on its way."""
    match bits % 3:
        case 0:
            return _with(values, {_BIRTH_DATE: UNREADABLE[bits // 3 % len(UNREADABLE)]}), False
        case 1:
            return _with(values, {_RESULT: "perhaps"}), False
        case _:
            return values, True
