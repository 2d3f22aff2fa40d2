"""Workforce: what paid hours were spent on, and whether there was work to do."""

from __future__ import annotations

from throughline.measures.aggregates import Total
from throughline.measures.catalogue.history import DECLARED
from throughline.measures.declared import Measure

_HOUR = 3_600_000_000
_SOURCE = "NAO, December 2020, key facts: 1 to 56 % of paid hours were used; the target was 50 %"
_BUSY = "state IN ('handling', 'wrap')"


def _share(id_: str, title: str, meaning: str, of: str, among: str = "TRUE") -> Measure:
    """Return a share of hours; a spell is cut at the edges of periods and at the cut."""
    return Measure(
        id=id_,
        title=title,
        meaning=meaning,
        table="agent_states",
        rows="agent_time",
        period="from_at",
        numerator=Total("micros(cut_from, cut_to)", of, per=_HOUR),
        denominator=Total("micros(cut_from, cut_to)", among, per=_HOUR),
        unit="share",
        source=_SOURCE,
        since=DECLARED,
    )


MEASURES = (
    _share(
        "workforce.utilisation",
        "Utilisation",
        "Of all paid hours, those spent handling conversations and writing them up.",
        _BUSY,
    ),
    _share(
        "workforce.occupancy",
        "Occupancy",
        "Of the hours handling, writing up or ready, those spent handling and writing up.",
        _BUSY,
        "state IN ('handling', 'wrap', 'ready')",
    ),
    _share(
        "workforce.idle_waiting",
        "Ready while work waited",
        "Of all paid hours, those in which an agent was ready and there was work they could have been given.",
        "state = 'ready' AND queue_waiting",
    ),
    _share(
        "workforce.idle_empty",
        "Ready with nothing to do",
        "Of all paid hours, those in which an agent was ready and there was no work they could have been given.",
        "state = 'ready' AND NOT queue_waiting",
    ),
)
