"""What must become of a week's rows, counted from how they were drawn and never from what was made of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, tzinfo

from throughline.rehearsal.replay.week import File, Row, Week

Place = str
_SECOND = {"duplicate": "duplicate", "corrected": "corrected", "conflict": "quarantined"}
_KNOWN, _ILL = 1, 2


class Truth:
    """Takes the files in the order of their arrival.

    Of two tellings of a report the first to come is accepted, whichever it is; what the other is goes by their kind.
    """

    def __init__(self, week: Week, *, zone: tzinfo) -> None:
        self._zone = zone
        self.days: dict[tuple[str, date], Counter[str]] = defaultdict(Counter)
        """By sender and local day: received, messages, positives, and rows by place"""
        self.conflicts = 0
        self.reports = 0
        self.corrected = 0
        self._awaited: set[int] = set()
        # A byte for each person: known, and with a positive that stands.
        self._persons = bytearray(week.persons)

    def take(self, file: File, rows: Iterable[Row]) -> None:
        day = self.days[file.sender.code, file.arrives_at.astimezone(self._zone).date()]
        day["messages"] += 1
        for row in rows:
            place = self._place(row)
            day["received"] += 1
            day[place] += 1
            day["positives"] += row.is_positive and place in ("accepted", "corrected")

    @property
    def total(self) -> Counter[str]:
        """All days together."""
        return sum(self.days.values(), Counter())

    @property
    def persons(self) -> int:
        """How many persons any row that was taken speaks of."""
        return len(self._persons) - self._persons.count(0)

    @property
    def cases(self) -> int:
        """How many persons have a positive that stands; in one week that is one illness each."""
        return self._persons.count(_KNOWN | _ILL)

    def _place(self, row: Row) -> Place:
        if row.kind == "broken":
            return "quarantined"
        is_second = row.report in self._awaited
        if row.kind != "plain":
            self._awaited ^= {row.report}
        place = _SECOND[row.kind] if is_second else "accepted"
        if place in ("accepted", "corrected"):
            # A correction stands whenever it comes; of two that contradict each other, the first to come.
            stands = row.kind != "corrected" or row.version == 1
            self._persons[row.person] |= _KNOWN | (_ILL if row.is_positive and stands else 0)
        self.reports += place == "accepted"
        self.corrected += place == "corrected"
        self.conflicts += place == "quarantined"
        return place
