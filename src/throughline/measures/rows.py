"""The rows that a measure counts, where they are not simply those of its table.

Each is a SELECT with the columns of its table and some more, which conditions can use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from throughline.measures.calendars import timestamp
from throughline.measures.columns import Kind
from throughline.measures.declared import Measure
from throughline.measures.reading import RESULTS_BY_BATCH
from throughline.measures.terms import reached
from throughline.measures.words import Words

INCUBATION = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Span:
    """A period cut out of time: its first local day, or its hour of the day (None: no period asked), and from when to when in UTC."""

    first: date | str | None
    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """How rows are made of others, given as SQL: those that a question asks for.

    `columns` are those they have besides their table's, `needs` the other tables they are made of, each with the columns
    without which they cannot be, `uses` those that they are made of where they are there. `of_same` is a column: a row is made with the others that have the same in
    it, asked for or not. `in_spans`: the rows are cut at the edges of periods.
    """

    select: Callable[[str, Words, Sequence[Span]], str]
    columns: Mapping[str, Kind] = field(default_factory=dict)
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    uses: tuple[str, ...] = ()
    of_same: str = ""
    in_spans: bool = False


def _with_case(asked: str, words: Words, _: Sequence[Span]) -> str:
    onset_at = words.noon("cases", "onset_on", "onset_on")
    # Of a part of the contacts few cases are asked for, of many that need not be kept in mind for a join; of all of
    # them, to find out which would take longer, and more memory, than to keep those that have an onset.
    wanted = (
        "onset_on IS NOT NULL"
        if asked == "contacts"
        else "case_id IN (SELECT their_case FROM of_case)"
    )
    return f"""WITH of_case AS (
    SELECT a.*, coalesce(m.survivor, a.case_id) AS their_case
    FROM {asked} AS a LEFT JOIN merged_cases AS m ON m.merged_id = a.case_id
  )
  SELECT b.*, k.case_onset_at
  FROM of_case AS b LEFT JOIN (
    SELECT case_id, {onset_at} AS case_onset_at FROM cases WHERE {wanted}
  ) AS k ON k.case_id = b.their_case"""


def _latest_exposures(asked: str, words: Words, _: Sequence[Span]) -> str:
    """Exposures of which it can be known whether illness followed, the latest of each person."""
    last = words.calendar.day_of(words.cut_at) - INCUBATION
    taken_on = words.local_day("cases", "taken_at", "taken_at")
    exposures = f"FROM {asked} AS asked WHERE exposed_on <= DATE '{last}'"
    is_repeated = words.repeated("contacts")
    latest = f"""(
      SELECT *, 1 AS recency {exposures} AND NOT {is_repeated}
      UNION ALL SELECT * FROM (
        SELECT *, row_number() OVER (
          PARTITION BY coalesce(person_id, contact_id) ORDER BY exposed_on DESC, contact_id
        ) AS recency {exposures} AND {is_repeated}
      ) AS exposures WHERE recency = 1
    )"""
    # Few fell ill: they are looked for once more, so that the others need not be kept in mind for it.
    ill = f"""SELECT coalesce(m.survivor, became_case_id)
      FROM {asked} AS asked LEFT JOIN merged_cases AS m ON m.merged_id = became_case_id
      WHERE became_case_id IS NOT NULL"""
    return f"""SELECT b.*, k.case_taken_on
  FROM (
    SELECT a.*, coalesce(m.survivor, a.became_case_id) AS their_case
    FROM {latest} AS a LEFT JOIN merged_cases AS m ON m.merged_id = a.became_case_id
  ) AS b LEFT JOIN (
    SELECT case_id, {taken_on} AS case_taken_on FROM cases WHERE case_id IN ({ill})
  ) AS k ON k.case_id = b.their_case"""


def _known_before(asked: str, words: Words, _: Sequence[Span]) -> str:
    return f"""SELECT b.*, c.identified_at AS contact_identified_at
  FROM {asked} AS b
  LEFT JOIN (
    SELECT coalesce(m.survivor, became_case_id) AS became, min(identified_at) AS identified_at
    FROM contacts LEFT JOIN merged_cases AS m ON m.merged_id = became_case_id
    WHERE became_case_id IS NOT NULL GROUP BY coalesce(m.survivor, became_case_id)
  ) AS c ON c.became = b.case_id"""


def _with_subject(asked: str, words: Words, _: Sequence[Span]) -> str:
    """Spells with whether and when their subject was reached."""
    is_reached = reached(words.definition)
    subjects = "\n    UNION ALL ".join(
        f"""SELECT '{kind}' AS kind, {kind}_id AS id, reached_at, {is_reached} AS is_reached
    FROM {kind}s WHERE {kind}_id IN (SELECT their_subject FROM of_subject WHERE subject = '{kind}')"""
        for kind in ("case", "contact")
    )
    return f"""WITH of_subject AS (
    SELECT a.*, coalesce(mk.survivor, mc.survivor, a.subject_id) AS their_subject
    FROM {asked} AS a
    LEFT JOIN merged_cases AS mk ON a.subject = 'case' AND mk.merged_id = a.subject_id
    LEFT JOIN merged_contacts AS mc ON a.subject = 'contact' AND mc.merged_id = a.subject_id
  )
  SELECT b.*, s.reached_at AS subject_reached_at, s.is_reached AS subject_is_reached
  FROM of_subject AS b
  LEFT JOIN (
    {subjects}
  ) AS s ON s.kind = b.subject AND s.id = b.their_subject"""


def _after_another(asked: str, words: Words, _: Sequence[Span]) -> str:
    """Spells with how the one before them of the same subject ended."""
    return f"""SELECT b.*,
    lag(b."end") OVER (
      PARTITION BY b.subject, b.subject_id ORDER BY b.offered_at, b.holding_id
    ) AS previous_end
  FROM {asked} AS b"""


def _in_order(asked: str, words: Words, _: Sequence[Span]) -> str:
    return f"""SELECT b.*,
    max(CASE WHEN channel IN ('call', 'visit') THEN started_at END) OVER (
      PARTITION BY person_id ORDER BY started_at, attempt_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS previous_at
  FROM {asked} AS b"""


def _agent_time(asked: str, words: Words, spans: Sequence[Span]) -> str:
    """Spells cut at the edges of periods; one that has not ended goes on to the cut."""
    ends_at = f"coalesce(b.to_at, {timestamp(words.cut_at)})"
    values = ",\n    ".join(
        f"({_day(one.first)}, {timestamp(one.start)}, {timestamp(one.end)})" for one in spans
    )
    return f"""SELECT b.*, p.period_first,
    greatest(b.from_at, p.starts_at) AS cut_from, least({ends_at}, p.ends_at) AS cut_to
  FROM {asked} AS b JOIN (VALUES
    {values}
  ) AS p (period_first, starts_at, ends_at)
  ON b.from_at < p.ends_at AND {ends_at} > p.starts_at"""


def _day(day: date | str | None) -> str:
    if isinstance(day, str):
        return f"'{day}'"
    return f"DATE '{day}'" if day else "CAST(NULL AS DATE)"


def _with_results(asked: str, words: Words, _: Sequence[Span]) -> str:
    return f"""SELECT b.*, coalesce(r.results, 0) AS results
  FROM {asked} AS b LEFT JOIN {RESULTS_BY_BATCH} AS r ON r.batch_id = b.batch_id"""


ROWS = {
    "batches_with_results": Rows(
        select=_with_results, columns={"results": Kind.COUNT}, needs={"results": ("batch_id",)}
    ),
    "contacts_with_case": Rows(
        select=_with_case, columns={"case_onset_at": Kind.TIME}, needs={"cases": ()}
    ),
    "latest_exposures": Rows(
        select=_latest_exposures, columns={"case_taken_on": Kind.DATE}, needs={"cases": ()}
    ),
    "cases_known_before": Rows(
        select=_known_before,
        columns={"contact_identified_at": Kind.TIME},
        needs={"contacts": ()},
    ),
    "spells_with_subject": Rows(
        select=_with_subject,
        columns={"subject_reached_at": Kind.TIME, "subject_is_reached": Kind.BOOL},
        uses=("cases", "contacts"),
    ),
    "spells_after_another": Rows(
        select=_after_another, columns={"previous_end": Kind.CODE}, of_same="subject_id"
    ),
    "attempts_in_order": Rows(
        select=_in_order, columns={"previous_at": Kind.TIME}, of_same="person_id"
    ),
    "agent_time": Rows(
        select=_agent_time,
        columns={"cut_from": Kind.TIME, "cut_to": Kind.TIME},
        in_spans=True,
    ),
}


def is_in_spans(rows: str) -> bool:
    """Say whether rows so called are cut at the edges of periods."""
    return bool(rows) and ROWS[rows].in_spans


def tables_of(one: Measure) -> tuple[str, ...]:
    """Return the event tables that a measure reads, its own first."""
    rows = ROWS[one.rows] if one.rows else None
    # Of a product, each factor is called as its table is.
    return tuple(
        dict.fromkeys([one.table, *one.product, *((*rows.needs, *rows.uses) if rows else ())])
    )
