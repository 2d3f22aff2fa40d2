"""Holdings: what each provider was offered, and what came of it.

A provider's denominator is the spells offered to it and its clock runs from the offer, so the figures of providers
need not add up to the national ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from throughline.measures.aggregates import Count
from throughline.measures.catalogue.history import DECLARED
from throughline.measures.declared import Measure
from throughline.measures.shapes import Bands, Kpi, Leg, Percentiles, Split
from throughline.measures.tables import HOLDINGS

_SOURCE = "Made for this service: who did what was not published (Health Foundation, the page of its tracker, November 2020)"
_LOCAL = "Made for this service: what local tracing contributed was not published (Health Foundation, the page of its tracker, November 2020)"

_END = HOLDINGS.column("end")
_ENDS = {code: f"\"end\" = '{code}'" for code in (_END.codes if _END else ())}
_MANNERS = {**_ENDS, "open": '"end" IS NULL'}

# The holder at the moment of reaching; a spell that ended by reaching holds to its very end.
_HELD_WHEN_REACHED = (
    "subject_is_reached AND subject_reached_at >= offered_at AND (ended_at IS NULL"
    " OR subject_reached_at < ended_at OR (subject_reached_at = ended_at AND \"end\" = 'reached'))"
)

MEASURES_OF_ALL = (
    Measure(
        id="holdings.offered",
        title="Cases and contacts offered",
        meaning="Spells of cases and contacts offered to a provider or team.",
        table="holdings",
        period="offered_at",
        numerator=Count(),
        unit="spells",
        source=_SOURCE,
        since=DECLARED,
    ),
    Measure(
        id="holdings.accepted",
        title="Accepted",
        meaning="Of the spells offered, those that were accepted.",
        table="holdings",
        period="offered_at",
        numerator=Count("accepted_at IS NOT NULL"),
        denominator=Count(),
        unit="share",
        source=_SOURCE,
        since=DECLARED,
    ),
    Measure(
        id="holdings.accepted_within",
        title="Time to accept",
        meaning="Of the spells accepted, how many within 24, 48 and 72 hours of the offer, and later.",
        table="holdings",
        period="offered_at",
        numerator=Count("accepted_at IS NOT NULL"),
        shape=Bands(leg=Leg("offered_at", "accepted_at")),
        unit="share",
        source=_SOURCE,
        since=DECLARED,
    ),
    Measure(
        id="holdings.ended",
        title="How spells ended",
        meaning="Of the spells offered, the share that ended in each manner, and that is still open.",
        table="holdings",
        period="offered_at",
        shape=Split(among=_MANNERS),
        unit="share",
        source=_SOURCE,
        since=DECLARED,
    ),
    Measure(
        id="holdings.success_within",
        title="Reached in time by the holder",
        meaning=(
            "Of the spells whose time has run out, those whose case or contact was reached within it while they held "
            "it. Handing on, returning or refusing before then is a failure; what the authority withdrew, or was "
            "merged, is left out and counted. A spell counts in the period in which its time runs out."
        ),
        table="holdings",
        rows="spells_with_subject",
        period="due_at",
        shape=Kpi(
            limit="due_at",
            success=f"{_HELD_WHEN_REACHED} AND subject_reached_at <= due_at",
            outside={"withdrawn": _ENDS["withdrawn"], "merged": _ENDS["merged"]},
        ),
        unit="share",
        source=_SOURCE,
        since=DECLARED,
    ),
)


def _passed_on(name: str, words: str, previous: str) -> Iterator[Measure]:
    """Yield what came of the spells that follow one that ended in a manner."""
    came = f"previous_end = '{previous}'"
    yield Measure(
        id=f"{name}.offered",
        title=f"{words.capitalize()}: offered",
        meaning=f"Spells that came by {words}.",
        table="holdings",
        rows="spells_after_another",
        period="offered_at",
        numerator=Count(came),
        unit="spells",
        source=_LOCAL,
        since=DECLARED,
    )
    for part, title, condition in (
        ("accepted", "accepted", "accepted_at IS NOT NULL"),
        ("returned", "returned", _ENDS["returned"]),
    ):
        yield Measure(
            id=f"{name}.{part}",
            title=f"{words.capitalize()}: {title}",
            meaning=f"Of the spells that came by {words}, those that were {title}.",
            table="holdings",
            rows="spells_after_another",
            period="offered_at",
            numerator=Count(condition),
            denominator=Count(came),
            unit="share",
            source=_LOCAL,
            since=DECLARED,
        )
    yield Measure(
        id=f"{name}.outcome",
        title=f"{words.capitalize()}: what came of it",
        meaning=f"Of the spells that came by {words}, the share that ended in each manner, and that is still open.",
        table="holdings",
        rows="spells_after_another",
        period="offered_at",
        numerator=Count(came),
        shape=Split(among=_MANNERS),
        unit="share",
        source=_LOCAL,
        since=DECLARED,
    )
    yield Measure(
        id=f"{name}.hours",
        title=f"{words.capitalize()}: hours held",
        meaning=f"Hours from the offer to the end of spells that came by {words}: median, and what 75, 90 and 95 of 100 stay below.",
        table="holdings",
        rows="spells_after_another",
        period="offered_at",
        numerator=Count(came),
        shape=Percentiles(of=Leg("offered_at", "ended_at").hours),
        beside={"open": Count(f"{came} AND ended_at IS NULL")},
        unit="hours",
        source=_LOCAL,
        since=DECLARED,
    )


MEASURES = (
    *MEASURES_OF_ALL,
    *_passed_on("handover", "handover", "handed_over"),
    *_passed_on("handback", "hand-back", "returned"),
)
