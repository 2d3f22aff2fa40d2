"""Whether every record is accounted for: what was sent was received, and every positive has its case or its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from throughline.measures.errors import MissingColumnError
from throughline.measures.events import Events

BROKEN = {
    "intake.batches_short": ("batch was not received whole", "batches were not received whole"),
    "intake.batches_unbalanced": (
        "batch receives more or fewer rows than it accounts for",
        "batches receive more or fewer rows than they account for",
    ),
    "intake.positives_unaccounted": (
        "positive result has neither a case nor a reason for having none",
        "positive results have neither a case nor a reason for having none",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Alarm:
    """Records that are not accounted for: how many, and in which week (None: in all that is known)."""

    number: int
    said: str
    week: date | None

    @property
    def sentence(self) -> str:
        """Return the alarm with its number, for whoever makes the bulletin; the page does not tell small ones."""
        when = f" in the week of {self.week}" if self.week else ""
        return f"{self.number:,} {self.said}{when}."


def alarms(events: Events, week: date) -> Iterator[Alarm]:
    """Yield what does not add up, up to the end of the bulletin's week, by the true figures."""
    for measure, (one, many) in BROKEN.items():
        try:
            found = events.measure(measure, by="week", to=week + timedelta(days=6))
        except MissingColumnError:
            continue  # what the records do not hold cannot be missing from them; the tables say so
        for answer in found:
            if number := int(answer.numerator or 0):
                first = date.fromisoformat(str(answer.group["week"]))
                yield Alarm(number=number, said=one if number == 1 else many, week=first)
    if number := _strays(events, week):
        said = ("positive result names", "positive results name")[number > 1]
        yield Alarm(number=number, said=f"{said} a case that is not there", week=None)


def _strays(events: Events, week: date) -> int:
    """Count the positives up to the week whose case is in no table: neither there nor merged into one."""
    if (
        not {"results", "cases"} <= set(events.columns)
        or "case_id" not in events.columns["results"]
    ):
        return 0
    end = events.calendar.midnight(week + timedelta(days=7))
    sql = f"""SELECT count(*) FROM results AS r
  LEFT JOIN cases AS k ON k.case_id = r.case_id
  LEFT JOIN merged_cases AS m ON m.merged_id = r.case_id
WHERE r.result = 'positive' AND r.case_id IS NOT NULL AND k.case_id IS NULL AND m.merged_id IS NULL
  AND r.recorded_at < TIMESTAMP '{end.isoformat(sep=" ")}'"""
    return int(events.engine.rows(sql)[0][0])
