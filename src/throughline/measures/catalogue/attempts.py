"""Attempts: how often people were tried, so that nobody is called thirty times unseen."""

from __future__ import annotations

from throughline.measures.aggregates import Count
from throughline.measures.catalogue.history import DECLARED
from throughline.measures.declared import Measure
from throughline.measures.shapes import Percentiles

_SOURCE = "Made for this service, after complaints of thirty calls to a family (LGA, November 2020)"
_SPOKEN = "channel IN ('call', 'visit')"


def _count(id_: str, title: str, meaning: str, where: str) -> Measure:
    return Measure(
        id=id_,
        title=title,
        meaning=meaning,
        table="attempts",
        period="started_at",
        numerator=Count(where),
        unit="attempts",
        source=_SOURCE,
        since=DECLARED,
    )


MEASURES = (
    Measure(
        id="attempts.per_person",
        title="Calls and visits a person",
        meaning="How many calls and visits a person had: median, 95th percentile and the most, over people who had any.",
        table="attempts",
        period="started_at",
        numerator=Count(_SPOKEN),
        per="person_id",
        shape=Percentiles(of="n", points=(50, 95), largest=True),
        unit="attempts",
        source=_SOURCE,
        since=DECLARED,
    ),
    Measure(
        id="attempts.repeats",
        title="Calls and visits within an hour of another",
        meaning="Of the calls and visits to a person who is known, those within an hour of another to the same person.",
        table="attempts",
        rows="attempts_in_order",
        period="started_at",
        numerator=Count("started_at <= previous_at + INTERVAL '1' HOUR"),
        denominator=Count(f"{_SPOKEN} AND person_id IS NOT NULL"),
        unit="share",
        source=_SOURCE,
        since=DECLARED,
    ),
    _count(
        "attempts.calls_and_visits",
        "Calls and visits",
        "Calls and visits made, whether or not anybody answered.",
        _SPOKEN,
    ),
    _count(
        "attempts.web",
        "Attempts by web",
        "Links and forms sent to be filled in.",
        "channel = 'web'",
    ),
    _count("attempts.sms", "Text messages", "Text messages sent.", "channel = 'sms'"),
)
