"""Curves: how many were reached by hour, in steps that a release can publish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from throughline.measures.aggregates import ALL, Count
from throughline.measures.catalogue.history import DECLARED
from throughline.measures.catalogue.quality import PERIODS
from throughline.measures.declared import Measure
from throughline.measures.shapes import BANDS, Bands, Leg, Split

STEPS = (0, 3, 6, 9, 12, 18, 24, 30, 36, 42, 48, 60, 72)
"""Finer where most are reached; a day ends with a step, so that steps add up to the bands of a time to reach."""

UNIT = 3
"""Every step ends after a multiple of so many hours"""

LATER, NEVER, UNTIMED, OUT_OF_ORDER = "later", "not_reached", "untimed", "out_of_order"


def step(hours: int) -> str:
    """Return the band of those reached by this hour and after the step before."""
    return f"{hours}h"


NOT_REACHED = "is_not_reached OR is_no_details OR is_open"


@dataclass(frozen=True, kw_only=True, slots=True)
class Steps(Split):
    """Rows split by the step in which they were reached; each step lies within one band of time."""

    bands: Bands

    @property
    def term(self) -> str:
        """The name of the expression that says in which step a row of the bands of time is."""
        return self.bands.term.replace("band", "step", 1)

    def terms(self) -> Mapping[str, str]:
        """Return the band and the step of a row."""
        took = self.bands.took
        whens = " ".join(f"WHEN {took} <= {upto // UNIT} THEN '{step(upto)}'" for upto in STEPS[1:])
        return {**self.bands.terms(), self.term: f"CASE {whens} END"}


def _steps(leg: Leg) -> Steps:
    bands = Bands(leg=leg, unit=UNIT)
    term = Steps(among={}, bands=bands).term

    def among(band: str, *more: str) -> str:
        return " AND ".join(["is_reached", f"{bands.term} = '{band}'", *more])

    told = {
        step(upto): among(BANDS[(upto - 1) // 24], f"{term} = '{step(upto)}'") for upto in STEPS[1:]
    }
    told |= {LATER: among(BANDS[-1]), NEVER: NOT_REACHED}
    told |= {UNTIMED: among("unknown"), OUT_OF_ORDER: among("fault")}
    return Steps(among=told, bands=bands)


def _by_hour(id_: str, table: str, leg: Leg, since: str) -> Measure:
    return Measure(
        id=id_,
        title=f"{table.capitalize()} reached by hour since {since}",
        meaning=(
            f"Of the {table}, how many were reached by 3, 6, 9, 12, 18 and 24 hours after {since}, and so on to 72; "
            "each is in the first step that it fits. Those reached later, not reached, without a time, and with times "
            "out of order are counted apart."
        ),
        table=table,
        period=PERIODS[table],
        numerator=Count(ALL),
        shape=_steps(leg),
        unit="share",
        source="Made for this service: the published bands say nothing within the first day",
        since=DECLARED,
    )


MEASURES = (
    _by_hour("curves.case_reached", "cases", Leg("transferred_at", "reached_at"), "their transfer"),
    _by_hour("curves.contact_reached", "contacts", Leg("identified_at", "reached_at"), "being identified"),
    _by_hour(
        "curves.case_to_contact_reached",
        "contacts",
        Leg("case_transferred_at", "reached_at"),
        "the transfer of their case",
    ),
)  # fmt: skip
