"""The rows that a measure counts, where they are not simply those of its table.

Each is a SELECT with the columns of its table and some more, which conditions can use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from throughline.measures.calendars import timestamp
from throughline.measures.columns import Kind
from throughline.measures.terms import reached
from throughline.measures.words import Words

INCUBATION = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Span:
    """A period cut out of time: its first local day (None: no period asked), and from when to when in UTC."""

    first: date | None
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """How rows are made. `columns` are those they have besides their table's, `needs` the other tables they
    are made of, `uses` those that they are made of where they are there.

    Conditions of a question hold for the rows made, or, when `conditions_first`, for the table they are made of.
    `in_spans`: the rows are cut at the edges of periods.
    """

    select: Callable[[str, Words, Sequence[Span]], str]
    columns: Mapping[str, Kind] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    conditions_first: bool = False
    in_spans: bool = False


def _with_case(base: str, words: Words, _: Sequence[Span]) -> str:
    onset_at = words.noon("cases", "onset_on", "k.onset_on")
    return f"""SELECT b.*, {onset_at} AS case_onset_at
  FROM {base} AS b
  LEFT JOIN merged_cases AS m ON m.merged_id = b.case_id
  LEFT JOIN cases AS k ON k.case_id = coalesce(m.survivor, b.case_id)"""


def _latest_exposures(base: str, words: Words, _: Sequence[Span]) -> str:
    """Exposures of which it can be known whether illness followed, the latest of each person."""
    last = words.calendar.day_of(words.cut_at) - INCUBATION
    taken_on = words.local_day("cases", "taken_at", "k.taken_at")
    return f"""SELECT * FROM (
    SELECT b.*, {taken_on} AS case_taken_on,
      row_number() OVER (
        PARTITION BY coalesce(b.person_id, b.contact_id) ORDER BY b.exposed_on DESC, b.contact_id
      ) AS recency
    FROM {base} AS b
    LEFT JOIN merged_cases AS m ON m.merged_id = b.became_case_id
    LEFT JOIN cases AS k ON k.case_id = coalesce(m.survivor, b.became_case_id)
    WHERE b.exposed_on <= DATE '{last}'
  ) AS exposures WHERE recency = 1"""


def _known_before(base: str, words: Words, _: Sequence[Span]) -> str:
    return f"""SELECT b.*, c.identified_at AS contact_identified_at
  FROM {base} AS b
  LEFT JOIN (
    SELECT coalesce(m.survivor, became_case_id) AS became, min(identified_at) AS identified_at
    FROM contacts LEFT JOIN merged_cases AS m ON m.merged_id = became_case_id
    WHERE became_case_id IS NOT NULL GROUP BY coalesce(m.survivor, became_case_id)
  ) AS c ON c.became = b.case_id"""


def _held(base: str, words: Words, _: Sequence[Span]) -> str:
    """Spells with whether and when their subject was reached, and how the spell before them ended."""
    is_reached = reached(words.definition)
    return f"""SELECT b.*, s.reached_at AS subject_reached_at, s.is_reached AS subject_is_reached,
    lag(b."end") OVER (
      PARTITION BY b.subject, b.subject_id ORDER BY b.offered_at, b.holding_id
    ) AS previous_end
  FROM {base} AS b
  LEFT JOIN merged_cases AS mk ON b.subject = 'case' AND mk.merged_id = b.subject_id
  LEFT JOIN merged_contacts AS mc ON b.subject = 'contact' AND mc.merged_id = b.subject_id
  LEFT JOIN (
    SELECT 'case' AS kind, case_id AS id, reached_at, {is_reached} AS is_reached FROM cases
    UNION ALL
    SELECT 'contact', contact_id, reached_at, {is_reached} FROM contacts
  ) AS s ON s.kind = b.subject AND s.id = coalesce(mk.survivor, mc.survivor, b.subject_id)"""


def _in_order(base: str, words: Words, _: Sequence[Span]) -> str:
    return f"""SELECT b.*,
    max(CASE WHEN channel IN ('call', 'visit') THEN started_at END) OVER (
      PARTITION BY person_id ORDER BY started_at, attempt_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS previous_at
  FROM {base} AS b"""


def _agent_time(base: str, words: Words, spans: Sequence[Span]) -> str:
    """Spells cut at the edges of periods; one that has not ended goes on to the cut."""
    ends_at = f"coalesce(b.to_at, {timestamp(words.cut_at)})"
    values = ",\n    ".join(
        f"({_day(one.first)}, {timestamp(one.start)}, {timestamp(one.end)})" for one in spans
    )
    return f"""SELECT b.*, p.period_first,
    greatest(b.from_at, p.starts_at) AS cut_from, least({ends_at}, p.ends_at) AS cut_to
  FROM {base} AS b JOIN (VALUES
    {values}
  ) AS p (period_first, starts_at, ends_at)
  ON b.from_at < p.ends_at AND {ends_at} > p.starts_at"""


def _day(day: date | None) -> str:
    return f"DATE '{day}'" if day else "CAST(NULL AS DATE)"


ROWS = {
    "contacts_with_case": Rows(
        select=_with_case, columns={"case_onset_at": Kind.TIME}, needs=("cases",)
    ),
    "latest_exposures": Rows(
        select=_latest_exposures,
        columns={"case_taken_on": Kind.DATE},
        needs=("cases",),
        conditions_first=True,
    ),
    "cases_known_before": Rows(
        select=_known_before, columns={"contact_identified_at": Kind.TIME}, needs=("contacts",)
    ),
    "held": Rows(
        select=_held,
        columns={
            "subject_reached_at": Kind.TIME,
            "subject_is_reached": Kind.BOOL,
            "previous_end": Kind.CODE,
        },
        uses=("cases", "contacts"),
    ),
    "attempts_in_order": Rows(select=_in_order, columns={"previous_at": Kind.TIME}),
    "agent_time": Rows(
        select=_agent_time, columns={"cut_from": Kind.TIME, "cut_to": Kind.TIME}, in_spans=True
    ),
}
