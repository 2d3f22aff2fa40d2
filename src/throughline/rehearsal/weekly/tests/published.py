"""Weeks that could have been published, and what a plain count of rows says of one."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
from hypothesis import strategies as st

from throughline.rehearsal.weekly.counts import CASE_BANDS, CONTACT_BANDS, E2E_BANDS, HOURS, Week

few = st.integers(0, 12)
THURSDAYS = [date(2020, 3, 26), date(2020, 6, 4), date(2020, 10, 22), date(2021, 1, 7)]
"""Clocks go forward in the first week and back in the third"""


@st.composite
def weeks(draw: Any) -> Week:
    """Any counts that rows can have: put together from the parts up."""
    # Some case was reached at once and gave contacts: contacts reached within the day are of such a one.
    bands = draw(st.tuples(st.integers(1, 12), few, few, few))
    reached = sum(bands)
    reached_hpt = draw(few)
    gave = draw(st.integers(1, reached + reached_hpt))
    pairs = {
        (first, second): draw(st.integers(0, 5)) for first in range(4) for second in range(first, 4)
    }
    no_time, no_transfer = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    contacts_reached = sum(pairs.values()) + no_time + no_transfer
    # The unpaired ones are quick, so that the first clock stays ahead of the second.
    identified = [sum(n for (first, _), n in pairs.items() if first == band) for band in range(4)]
    identified[0] += no_transfer
    transfer = [sum(n for (_, second), n in pairs.items() if second == band) for band in range(4)]
    # Enough who were not reached, so that each case that gave contacts can have one.
    missed, no_details = gave + draw(few), draw(few)
    hpt_missed = draw(st.integers(0, 3))
    hpt_reached = reached_hpt + draw(few)
    contacts = contacts_reached + missed + no_details
    hh_reached = draw(st.integers(0, contacts_reached))
    hh = hh_reached + draw(st.integers(0, missed + no_details))
    cases_missed, cases_without = draw(few), draw(few)
    transferred = reached + reached_hpt + cases_missed + cases_without
    positives = transferred + draw(few)
    return Week(
        week_start=draw(st.sampled_from(THURSDAYS)),
        cases_transferred=transferred,
        cases_reached=reached + reached_hpt,
        cases_not_reached=cases_missed,
        cases_no_comms_details=cases_without,
        cases_reached_not_hpt=reached,
        cases_reached_hpt=reached_hpt,
        cases_gave_1plus_contact=gave,
        cases_gave_none=reached + reached_hpt - gave,
        **dict(zip(CASE_BANDS, bands, strict=True)),
        contacts_identified=contacts + hpt_reached + hpt_missed,
        contacts_reached=contacts_reached + hpt_reached,
        contacts_not_reached_incl_nodetails=missed + no_details + hpt_missed,
        nonhpt_contacts_identified=contacts,
        nonhpt_contacts_reached=contacts_reached,
        nonhpt_contacts_not_reached=missed,
        nonhpt_contacts_no_comms_details=no_details,
        hpt_contacts_identified=hpt_reached + hpt_missed,
        hpt_contacts_reached=hpt_reached,
        hpt_contacts_not_reached=hpt_missed,
        hh_contacts=hh,
        nonhh_contacts=contacts - hh,
        hh_reached=hh_reached,
        nonhh_reached=contacts_reached - hh_reached,
        **dict(zip(CONTACT_BANDS, identified, strict=True)),
        **dict(zip(E2E_BANDS, transfer, strict=True)),
        tests_positive_people=positives,
        people_tested=positives + draw(few),
        median_miles_in_person=4.3,
    )


def opened(tables: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """Tables as a database, to count in with plain SQL: what the measures say must not be what proves them."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name, table in tables.items():
        connection.register(name, table)
    return connection


def counted(tables: dict[str, Any], queries: dict[str, str]) -> dict[str, Any]:
    """What each query gives, asked all at once."""
    told = ", ".join(f'({sql}) AS "{name}"' for name, sql in queries.items())
    found = opened(tables).execute(f"SELECT {told}").fetchone()
    assert found is not None
    return dict(zip(queries, found, strict=True))


__all__ = ["CASE_BANDS", "CONTACT_BANDS", "E2E_BANDS", "HOURS", "counted", "weeks"]
