"""Contacts: people whom a case was close to, one row for each case and contact."""

from __future__ import annotations

from datetime import timedelta

from throughline.measures.aggregates import Count, Distinct
from throughline.measures.catalogue.history import DECLARED, LAUNCH
from throughline.measures.declared import Measure
from throughline.measures.shapes import Bands, Kpi, Leg, Mix

_TABLE_14 = "Test and trace statistics, England, table 14"

MEASURES = (
    Measure(
        id="contacts.identified",
        title="Contacts identified",
        meaning="Contacts named by cases: someone named by two cases counts twice.",
        table="contacts",
        period="identified_at",
        numerator=Count(),
        unit="contacts",
        source=_TABLE_14,
        since=LAUNCH,
    ),
    Measure(
        id="contacts.people",
        title="People identified as contacts",
        meaning="Different people among the contacts identified; contacts whose person is unknown stand beside.",
        table="contacts",
        period="identified_at",
        numerator=Distinct("person_id"),
        beside={"unknown": Count("person_id IS NULL")},
        unit="people",
        source=_TABLE_14,
        since=LAUNCH,
    ),
    Measure(
        id="contacts.reached",
        title="Contacts reached",
        meaning="Of the contacts identified, those who were reached and asked to isolate.",
        table="contacts",
        period="identified_at",
        numerator=Count("is_reached"),
        denominator=Count(),
        unit="share",
        source=f"{_TABLE_14}, notes 3 and 4",
        since=LAUNCH,
    ),
    Measure(
        id="contacts.not_reached",
        title="Contacts not reached",
        meaning="Of the contacts identified, those who were not reached, or not yet.",
        table="contacts",
        period="identified_at",
        numerator=Count("is_not_reached OR is_open"),
        denominator=Count(),
        beside={"open": Count("is_open")},
        unit="share",
        source=_TABLE_14,
        since=LAUNCH,
    ),
    Measure(
        id="contacts.open",
        title="Contacts still open",
        meaning="Of the contacts identified, those who are still being tried; part of contacts.not_reached.",
        table="contacts",
        period="identified_at",
        numerator=Count("is_open"),
        denominator=Count(),
        unit="share",
        source="Test and trace statistics, England, the bulletin's page, on its data cut",
        since=DECLARED,
    ),
    Measure(
        id="contacts.no_details",
        title="Contacts without details",
        meaning="Of the contacts identified, those for whom no telephone, email or address was given.",
        table="contacts",
        period="identified_at",
        numerator=Count("is_no_details"),
        denominator=Count(),
        unit="share",
        source=_TABLE_14,
        since=LAUNCH,
    ),
    Measure(
        id="contacts.reached_with_details",
        title="Contacts reached, where details were given",
        meaning="Of the contacts whom one could try to reach, those who were reached.",
        table="contacts",
        period="identified_at",
        numerator=Count("is_reached"),
        denominator=Count("is_reached OR is_not_reached OR is_open"),
        unit="share",
        source=f"House of Commons, 1 September 2020: 84.3 % 'where contact details were provided'; the counts, {_TABLE_14}",
        since=DECLARED,
    ),
    Measure(
        id="contacts.reached_within",
        title="Time to reach contacts",
        meaning="Of the contacts reached, how many within 24, 48 and 72 hours of being identified, and later.",
        table="contacts",
        period="identified_at",
        numerator=Count("is_reached"),
        shape=Bands(leg=Leg("identified_at", "reached_at")),
        unit="share",
        source="Test and trace statistics, England, table 16",
        since=LAUNCH,
    ),
    Measure(
        id="contacts.reached_within_of_case",
        title="Time from the case's transfer to reaching contacts",
        meaning="Of the contacts reached, how many within 24, 48 and 72 hours of the transfer of their case, and later.",
        table="contacts",
        period="identified_at",
        numerator=Count("is_reached"),
        shape=Bands(leg=Leg("case_transferred_at", "reached_at")),
        unit="share",
        source="Test and trace statistics, England, table 17",
        since=LAUNCH,
    ),
    Measure(
        id="contacts.reached_in_time",
        title="Contacts reached in time",
        meaning=(
            "Of the contacts whose time to be reached has run out, those reached within it (48 hours from being "
            "identified, unless another limit is asked for). A contact counts in the period in which its time runs out."
        ),
        table="contacts",
        period="plus_limit(identified_at)",
        limit=timedelta(hours=48),
        shape=Kpi(
            limit="plus_limit(identified_at)",
            success="is_reached AND reached_at >= identified_at AND reached_at <= plus_limit(identified_at)",
        ),
        unit="share",
        source="SAGE, 1 May 2020: contacts to isolate within 48 hours, as the press told it; Public Accounts Committee, HC 932, conclusion 1, on speed",
        since=DECLARED,
    ),
    Measure(
        id="contacts.reached_mix_adjusted",
        title="Contacts reached, at an unchanged mix",
        meaning=(
            "The share of contacts reached, had each period the mix of contacts managed by health protection and "
            "by others of one named week (the first, unless another is asked for)."
        ),
        table="contacts",
        period="identified_at",
        numerator=Count("is_reached"),
        shape=Mix(
            strata={
                "health_protection": "coalesce(managed_by_first = 'health_protection', FALSE)",
                "others": "NOT coalesce(managed_by_first = 'health_protection', FALSE)",
            }
        ),
        unit="share",
        source="Made for this service, by direct standardisation: a change of mix hid in table 14 of the test and trace statistics",
        since=DECLARED,
    ),
    Measure(
        id="contacts.attack_rate",
        title="Contacts who fell ill",
        meaning=(
            "Of the people whose latest exposure was at least 14 days before the cut, those who became a case with a "
            "specimen 1 to 14 days after it."
        ),
        table="contacts",
        rows="latest_exposures",
        period="identified_at",
        numerator=Count(
            # A day is a whole number of days on: with an interval it would be a moment, which takes thrice as long.
            "case_taken_on >= exposed_on + 1 AND case_taken_on <= exposed_on + 14"
        ),
        denominator=Count(),
        beside={"tested": Count("tested")},
        unit="share",
        source="Secondary attack rate as field epidemiology defines it; that it was not published, Office for Statistics Regulation, letter of July 2020",
        since=DECLARED,
    ),
)
