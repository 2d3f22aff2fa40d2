"""Since when each definition holds, and what changed it: a change is told once, with all measures that it moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from throughline.measures.declared import Change, Measure
from throughline.measures.rows import tables_of

LAUNCH = date(2020, 5, 28)
"""The first day of the first week that England's bulletin published."""

LABORATORIES = date(2020, 7, 9)
"""The first day of the first week for which it told the time from receipt in the laboratory."""

DECLARED = date(2026, 11, 25)
"""The day on which the measures that no bulletin had were declared here."""

MATCHED = date(2026, 12, 1)
"""The day on which batches were first compared with the results that they brought."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """A change of what is counted, from when, and which measures it moves."""

    on: date
    what: str
    moves: Callable[[Measure], bool]


_PEOPLE_TESTED = frozenset({"tests.people", "tests.people_positive", "tests.positivity"})
_OWN_ILLNESS = frozenset({"contacts.attack_rate", "cases.known_as_contacts"})

# The oldest first. What was changed here is in the changelog too, as a measure change; what was England's is not.
REVISIONS = (
    Revision(
        on=date(2020, 10, 15),
        what=(
            "a person counts once in each period, as in the bulletin of England from this day on (table 1); before, "
            "once since testing began"
        ),
        moves=lambda one: one.id in _PEOPLE_TESTED,
    ),
    Revision(
        on=date(2026, 11, 25),
        what="whatever a local team is given, it has four hours to accept: it could have had no time set, or none left",
        moves=lambda one: one.table == "holdings" and "due_at" in one.period,
    ),
    Revision(
        on=date(2026, 11, 25),
        what="contacts of a case that was opened in error are counted no more than the case is",
        moves=lambda one: bool({"contacts", "holdings"} & set(tables_of(one))),
    ),
    Revision(
        on=date(2026, 11, 30),
        what=(
            "a contact whose own illness began before their last day became a case, though the result came after they "
            "had been released"
        ),
        moves=lambda one: one.id in _OWN_ILLNESS,
    ),
    Revision(
        on=MATCHED,
        what=(
            "batches count in the week in which they were first known to the service, as positive results do; before, when "
            "they were sent, which the running service does not know, so that it had none in any week"
        ),
        moves=lambda one: one.table == "batches" and one.since < MATCHED,
    ),
)


def with_history(one: Measure) -> Measure:
    """Return a measure with the changes that moved it."""
    moved = [revision for revision in REVISIONS if revision.moves(one)]
    changes = tuple(
        Change(version=version, on=revision.on, what=revision.what)
        for version, revision in enumerate(moved, start=2)
    )
    return replace(one, version=1 + len(changes), changes=changes)
