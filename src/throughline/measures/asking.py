"""Whether a question can be put to the tables that are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from throughline.measures.calendars import HOUR, PERIODS
from throughline.measures.columns import Kind
from throughline.measures.compile import columns_of
from throughline.measures.declared import Measure
from throughline.measures.errors import MissingColumnError, QuestionError, unknown
from throughline.measures.questions import Question
from throughline.measures.rows import ROWS, is_in_spans
from throughline.measures.tables import TABLES
from throughline.measures.terms import OPTIONAL


def check(question: Question, columns: Mapping[str, Sequence[str]]) -> None:
    """Refuse a group or condition that a table does not have, and a measure whose columns are missing."""
    for measure in question.measures:
        brought = columns.get(measure.table)
        known = {one.name for one in TABLES[measure.table].columns} | set(brought or ())
        if HOUR in question.by and not is_in_spans(measure.rows):
            raise QuestionError(
                f"{measure.id} is not told by {HOUR}, as agents' time is; ask by {', '.join(PERIODS[:-1])}."
            )
        for group in question.by:
            if group not in known and group not in PERIODS:
                raise QuestionError(
                    unknown(f"column of {measure.table} called", group, {*PERIODS, *known})
                )
        for condition in question.where:
            if condition.column not in known:
                raise QuestionError(
                    unknown(f"column of {measure.table} called", condition.column, known)
                )
        needed = {
            measure.table: missing_columns(measure, columns),
            **_missing_beside(measure, columns),
        }
        for table, missing in needed.items():
            if missing:
                raise MissingColumnError(
                    f"{measure.id} needs {' and '.join(missing)} of {table}, which the table "
                    "does not have; add the column, or leave the measure out."
                )


def check_public(question: Question) -> None:
    """Refuse to publish by extra columns, of which nobody has said what they hold, and by what tells persons apart."""
    for measure in question.measures:
        table = TABLES[measure.table]
        for name in [*question.by, *(one.column for one in question.where)]:
            column = table.column(name)
            if name in PERIODS or (column and column.kind not in {Kind.ID, Kind.TIME}):
                continue
            why = "tells rows apart" if column else f"is an extra column of {table.name}"
            raise QuestionError(
                f"{name} {why}, so it is never public; leave it out, or ask without --public."
            )


def _missing_beside(measure: Measure, columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the columns that other tables which are there lack, and that the measure's rows are made of."""
    needs = ROWS[measure.rows].needs if measure.rows else {}
    return {
        table: sorted(set(needed) - set(columns[table]))
        for table, needed in needs.items()
        if table in columns
    }


def missing_columns(measure: Measure, columns: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the columns that a measure needs and its table lacks; a table that is not there lacks none.

    It needs those it names, and those without which a row is none.
    """
    brought = columns.get(measure.table)
    if brought is None:
        return []
    never_null = {one.name for one in TABLES[measure.table].columns if one.never_null}
    needed = columns_of(measure) | never_null - {"recorded_at"}
    return sorted(needed - OPTIONAL - set(brought))
