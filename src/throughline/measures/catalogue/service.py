"""Calls coming in, checks of quality, requests and reviews: what contracts are held to."""

from __future__ import annotations

from datetime import timedelta

from throughline.measures.aggregates import Count
from throughline.measures.catalogue.history import DECLARED
from throughline.measures.declared import Measure
from throughline.measures.shapes import Kpi

MEASURES = (
    Measure(
        id="calls.answered_within",
        title="Calls answered in time",
        meaning="Of the calls queued, those answered within 20 seconds, unless another limit is asked for.",
        table="calls",
        period="plus_limit(queued_at)",
        limit=timedelta(seconds=20),
        shape=Kpi(
            limit="plus_limit(queued_at)",
            success="answered_at >= queued_at AND answered_at <= plus_limit(queued_at)",
        ),
        beside={"abandoned": Count("abandoned")},
        unit="share",
        source="Model Services Contract, schedule 2.2, table of KPIs, for calls answered within a limit",
        since=DECLARED,
    ),
    Measure(
        id="checks.passed",
        title="Checks passed",
        meaning="Of the checks sampled at random, those that were passed.",
        table="checks",
        period="done_at",
        numerator=Count("passed"),
        denominator=Count("sampled_by = 'random'"),
        beside={"unknown": Count("sampled_by = 'random' AND passed IS NULL")},
        unit="share",
        source="Model Services Contract, schedule 2.2, table of KPIs; random checks alone, since only they speak for the rest",
        since=DECLARED,
    ),
    Measure(
        id="requests.within",
        title="Requests resolved in time",
        meaning="Of the requests that were due, and not withdrawn, those resolved by then.",
        table="requests",
        period="due_at",
        shape=Kpi(
            limit="due_at",
            success="resolved_at <= due_at AND (raised_at IS NULL OR resolved_at >= raised_at)",
            outside={"withdrawn": "withdrawn_at IS NOT NULL"},
        ),
        unit="share",
        source="Model Services Contract, schedule 2.2, table of KPIs; as KPI 7 of COMPASS (Public Accounts Committee, HC 1000)",
        since=DECLARED,
    ),
    Measure(
        id="reviews.upheld",
        title="Reviews upheld",
        meaning="Of the reviews of decisions that were decided, those upheld for the person.",
        table="requests",
        period="resolved_at",
        numerator=Count("upheld"),
        denominator=Count("kind = 'review' AND resolved_at IS NOT NULL"),
        unit="share",
        source="Written question 52934 (2016): 87 to 90 % of reconsiderations upheld, seen too late",
        since=DECLARED,
    ),
)
