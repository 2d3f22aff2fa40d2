"""Cases: people transferred to tracing."""

from __future__ import annotations

from datetime import timedelta

from throughline.measures.aggregates import Count, Total
from throughline.measures.declared import Measure
from throughline.measures.shapes import Bands, Kpi, Leg

_TABLE_11 = "Test and trace statistics, England, table 11"

MEASURES = (
    Measure(
        id="cases.transferred",
        title="Cases transferred",
        meaning="People whose positive result was transferred to tracing.",
        table="cases",
        period="transferred_at",
        numerator=Count(),
        unit="cases",
        source=_TABLE_11,
    ),
    Measure(
        id="cases.reached",
        title="Cases reached",
        meaning="Of the cases transferred, those who were reached and asked for their contacts.",
        table="cases",
        period="transferred_at",
        numerator=Count("is_reached"),
        denominator=Count(),
        unit="share",
        source=_TABLE_11,
    ),
    Measure(
        id="cases.not_reached",
        title="Cases not reached",
        meaning="Of the cases transferred, those who were not reached, or not yet.",
        table="cases",
        period="transferred_at",
        numerator=Count("is_not_reached OR is_open"),
        denominator=Count(),
        beside={"open": Count("is_open")},
        unit="share",
        source=_TABLE_11,
    ),
    Measure(
        id="cases.open",
        title="Cases still open",
        meaning="Of the cases transferred, those who are still being tried; part of cases.not_reached.",
        table="cases",
        period="transferred_at",
        numerator=Count("is_open"),
        denominator=Count(),
        unit="share",
        source="Data cut of the test and trace statistics, England",
    ),
    Measure(
        id="cases.no_details",
        title="Cases without details",
        meaning="Of the cases transferred, those for whom no telephone, email or address was given.",
        table="cases",
        period="transferred_at",
        numerator=Count("is_no_details"),
        denominator=Count(),
        unit="share",
        source=_TABLE_11,
    ),
    Measure(
        id="cases.reached_within",
        title="Time to reach cases",
        meaning="Of the cases reached, how many within 24, 48 and 72 hours of their transfer, and later.",
        table="cases",
        period="transferred_at",
        numerator=Count("is_reached"),
        shape=Bands(leg=Leg("transferred_at", "reached_at")),
        unit="share",
        source="Test and trace statistics, England, table 13",
    ),
    Measure(
        id="cases.gave_contacts",
        title="Cases who named a contact",
        meaning="Of the cases reached, those who named at least one contact.",
        table="cases",
        period="transferred_at",
        numerator=Count("contacts_named > 0"),
        denominator=Count("is_reached"),
        beside={"unknown": Count("is_reached AND contacts_named IS NULL")},
        unit="share",
        source="Test and trace statistics, England, table 12",
    ),
    Measure(
        id="cases.contacts_named",
        title="Contacts a case",
        meaning="How many contacts a case reached named, on average, over those of whom the number is known.",
        table="cases",
        period="transferred_at",
        numerator=Total("contacts_named", "is_reached"),
        denominator=Count("is_reached AND contacts_named IS NOT NULL"),
        beside={"unknown": Count("is_reached AND contacts_named IS NULL")},
        unit="contacts a case",
        source="Test and trace statistics, England, tables 11 and 14",
    ),
    Measure(
        id="cases.named_none",
        title="Cases who named nobody",
        meaning="Of the cases reached whose number of contacts is known, those who named none.",
        table="cases",
        period="transferred_at",
        numerator=Count("contacts_named = 0"),
        denominator=Count("is_reached AND contacts_named IS NOT NULL"),
        beside={"unknown": Count("is_reached AND contacts_named IS NULL")},
        unit="share",
        source="Test and trace statistics, England, table 12",
    ),
    Measure(
        id="cases.known_as_contacts",
        title="Cases known as contacts before",
        meaning="Of the cases transferred, those whom tracing had identified as a contact before.",
        table="cases",
        rows="cases_known_before",
        period="transferred_at",
        numerator=Count("contact_identified_at < transferred_at"),
        denominator=Count(),
        unit="share",
        source="Made for this service: how much of the spread tracing is ahead of",
    ),
    Measure(
        id="cases.reached_in_time",
        title="Cases reached in time",
        meaning=(
            "Of the cases whose time to be reached has run out, those reached within it (24 hours from transfer, "
            "unless another limit is asked for). A case counts in the period in which its time runs out."
        ),
        table="cases",
        period="plus_limit(transferred_at)",
        limit=timedelta(hours=24),
        shape=Kpi(
            limit="plus_limit(transferred_at)",
            success="is_reached AND reached_at >= transferred_at AND reached_at <= plus_limit(transferred_at)",
        ),
        unit="share",
        source="Handover to local teams after 24 hours, England, from August 2020",
    ),
)
