"""Coverage: how much of the whole chain, from case to contact, was reached."""

from __future__ import annotations

from throughline.measures.aggregates import Count
from throughline.measures.catalogue.history import DECLARED
from throughline.measures.declared import Measure

MEASURES = (
    Measure(
        id="coverage.case_by_contact",
        title="Cases reached times contacts reached",
        meaning="The share of cases reached times the share of contacts reached: at best, this share of all contacts.",
        table="cases",
        period="transferred_at",
        product={"cases": "cases.reached", "contacts": "contacts.reached"},
        unit="share",
        source="Health Foundation, tracker of test and trace performance, the page on the week of 5 November 2020: 51 %",
        since=DECLARED,
    ),
    Measure(
        id="coverage.cohort",
        title="Contacts reached of the cases of a period",
        meaning="Of the contacts identified of the cases transferred in the period, those who were reached, whenever that was.",
        table="contacts",
        period="case_transferred_at",
        numerator=Count("is_reached"),
        denominator=Count(),
        unit="share",
        source="Made for this service: tables 11 and 14 of the test and trace statistics have the cases and contacts of different weeks",
        since=DECLARED,
    ),
)
