"""Words that conditions use, and the named definitions of what counts as reached.

A term is an expression over the columns of a table; a statement computes the ones it uses once a row. The four
outcomes of a case or contact are terms, so that a row is exactly one of them under every definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from throughline.measures.errors import QuestionError, unknown

# What the outcome column needs, and what it reads besides when the table has it.
OPTIONAL = frozenset({"reached_how", "managed_by_first", "managed_by"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """Which manners of reaching count. In force from a day on, it judges earlier rows by their manner alone."""

    id: str
    title: str
    manners: tuple[str, ...]
    institution_where: str
    since: date | None
    source: str

    @property
    def counts(self) -> str:
        """The condition under which the manner of reaching counts; an unknown one does."""
        told = ", ".join(f"'{one}'" for one in self.manners)
        return (
            f"(reached_how IS NULL OR reached_how IN ({told})"
            f" OR (reached_how = 'institution' AND {self.institution_where}))"
        )


_BY_HEALTH_PROTECTION = (
    "(managed_by_first = 'health_protection' OR managed_by = 'health_protection')"
)

DEFINITIONS = {
    one.id: one
    for one in (
        Definition(
            id="reach-2020-05",
            title="Reached in person, by the web, or by the institution for health protection",
            manners=("self", "web"),
            institution_where=_BY_HEALTH_PROTECTION,
            since=None,
            source="Test and trace statistics, England, table 14, notes 3 and 4",
        ),
        Definition(
            id="reach-2020-11",
            title="Reached as before, or by a guardian or another member of the household",
            manners=("self", "web", "guardian", "household_member"),
            institution_where=_BY_HEALTH_PROTECTION,
            # The first week in which under-18s counted as reached when a guardian was told.
            since=date(2020, 11, 19),
            source="Test and trace statistics, England, week of 19 November 2020, on under-18s",
        ),
    )
}
DEFAULT = "reach-2020-05"


def definition(name: str | None) -> Definition:
    """Return the definition of this name. Raises QuestionError, naming what there is."""
    name = DEFAULT if name is None else name
    if name not in DEFINITIONS:
        raise QuestionError(unknown("definition", name, DEFINITIONS))
    return DEFINITIONS[name]


def reached(of: Definition) -> str:
    """Return the condition that a case or contact was reached, in a manner that counts."""
    return f"coalesce(outcome = 'reached' AND {of.counts}, FALSE)"


def terms(table: str, of: Definition) -> Mapping[str, str]:
    """Return a table's terms under a definition.

    A case or contact is exactly one of reached, not reached, without details and open; one reached in a manner
    that does not count was tried and not reached.
    """
    if table not in {"cases", "contacts"}:
        return {}
    return {
        "is_reached": reached(of),
        "is_not_reached": f"(outcome = 'not_reached' OR (outcome = 'reached' AND NOT {reached(of)}))",
        "is_no_details": "(outcome = 'no_details')",
        "is_open": "(outcome = 'open')",
    }
