"""Whether every record is accounted for: what was sent was received, and every positive has its case or its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from throughline.measures.bulletin.compute import Figures
from throughline.measures.errors import MissingColumnError
from throughline.measures.events import Events
from throughline.measures.tables import TABLES
from throughline.measures.wording import count, week

BROKEN = {
    "intake.batches_short": ("batch was not received whole", "batches were not received whole"),
    "intake.batches_unbalanced": (
        "batch receives more or fewer rows than it accounts for",
        "batches receive more or fewer rows than they account for",
    ),
    "intake.batches_unmatched": (
        "batch brought more or fewer results than its rows accepted",
        "batches brought more or fewer results than their rows accepted",
    ),
    "intake.positives_unaccounted": (
        "positive result has neither a case nor a reason for having none",
        "positive results have neither a case nor a reason for having none",
    ),
}

STRAYS = {
    "batches": (
        "TRUE",
        "result names a batch that is not there",
        "results name a batch that is not there",
    ),
    "cases": (
        "r.result = 'positive' AND NOT EXISTS (SELECT 1 FROM merged_cases AS m WHERE m.merged_id = r.case_id)",
        "positive result names a case that is not there",
        "positive results name a case that is not there",
    ),
}
"""By table: which results must name a row of it that is there, and what is said of one and of many that do not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """Records that are not accounted for: how many, by which measure (None: by none), and in which week (None: in all)."""

    number: int
    one: str
    many: str
    measure: str | None = None
    week: date | None = None

    @property
    def sentence(self) -> str:
        """Return the alarm with its true number, for whoever makes the bulletin; it is not for the public."""
        when = f" in the week of {self.week}" if self.week else ""
        return f"{self.number:,} {self.one if self.number == 1 else self.many}{when}."

    def published(self, figures: Figures) -> str:
        """Return the alarm with its number and week where the same figure is shown, otherwise with neither.

        A warning that told more than the tables would give away what they hide, and so would its grammar.
        """
        shown = self.measure and self.week and figures.get(self.measure, {"week": str(self.week)})
        if shown and self.week and shown.numerator == self.number:
            said = self.one if self.number == 1 else self.many
            return f"{count(self.number)} {said}, week of {week(self.week)}."
        return f"{self.many.capitalize()}."


def alarms(events: Events, on: date) -> Iterator[Alarm]:
    """Yield what does not add up, up to the end of the bulletin's week, by the true figures."""
    for measure, (one, many) in BROKEN.items():
        try:
            found = events.measure(measure, by="week", to=on + timedelta(days=6))
        except MissingColumnError:
            continue  # what the records do not hold cannot be missing from them; the tables say so
        for answer in found:
            if number := int(answer.numerator or 0):
                first = date.fromisoformat(str(answer.group["week"]))
                yield Alarm(number=number, one=one, many=many, measure=measure, week=first)
    for table, (condition, one, many) in STRAYS.items():
        if number := _strays(events, on, table, condition):
            yield Alarm(number=number, one=one, many=many)


def _strays(events: Events, on: date, table: str, condition: str) -> int:
    """Count the results up to the week that name a row of another table which is not there."""
    column = TABLES[table].key[0]
    if not {"results", table} <= set(events.columns) or column not in events.columns["results"]:
        return 0
    end = events.calendar.midnight(on + timedelta(days=7))
    sql = f"""SELECT count(*) FROM results AS r
WHERE r.{column} IS NOT NULL AND {condition}
  AND NOT EXISTS (SELECT 1 FROM {table} AS k WHERE k.{column} = r.{column})
  AND r.recorded_at < TIMESTAMP '{end.isoformat(sep=" ")}'"""
    return int(events.engine.rows(sql)[0][0])
