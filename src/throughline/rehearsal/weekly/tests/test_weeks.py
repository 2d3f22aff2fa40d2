"""Rows from weekly counts: every count comes back, and the rows hang together."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings

from throughline.measures.tables import TABLES
from throughline.rehearsal import weekly
from throughline.rehearsal.weekly import totals
from throughline.rehearsal.weekly.counts import COUNTS, Week
from throughline.rehearsal.weekly.tests import published
from throughline.rehearsal.weekly.tests.published import counted

OURS = "managed_by_first <> 'health_protection'"
CASE_LEG = "epoch(reached_at) - epoch(transferred_at)"
CONTACT_LEG = "epoch(reached_at) - epoch(identified_at)"
E2E_LEG = "epoch(reached_at) - epoch(case_transferred_at)"
HOURS = ((-1, 24), (24, 48), (48, 72), (72, 1e9))


def _bands(names: tuple[str, ...], table: str, leg: str) -> dict[str, str]:
    return {
        name: f"SELECT count(*) FROM {table} WHERE {OURS} AND outcome = 'reached' "
        f"AND {leg} > {low * 3600} AND {leg} <= {high * 3600}"
        for name, (low, high) in zip(names, HOURS, strict=True)
    }


def _count(table: str, where: str) -> str:
    return f"SELECT count(*) FROM {table} WHERE {where}"


BY_HAND = {
    "cases_transferred": _count("cases", "true"),
    "cases_reached": _count("cases", "outcome = 'reached'"),
    "cases_not_reached": _count("cases", "outcome IN ('not_reached', 'open')"),
    "cases_no_comms_details": _count("cases", "outcome = 'no_details'"),
    "cases_reached_not_hpt": _count("cases", f"outcome = 'reached' AND {OURS}"),
    "cases_reached_hpt": _count("cases", f"outcome = 'reached' AND NOT {OURS}"),
    "cases_gave_1plus_contact": _count("cases", "outcome = 'reached' AND contacts_named > 0"),
    "cases_gave_none": _count("cases", "outcome = 'reached' AND contacts_named = 0"),
    **_bands(published.CASE_BANDS, "cases", CASE_LEG),
    "contacts_identified": _count("contacts", "true"),
    "contacts_reached": _count("contacts", "outcome = 'reached'"),
    "contacts_not_reached_incl_nodetails": _count("contacts", "outcome <> 'reached'"),
    "nonhpt_contacts_identified": _count("contacts", OURS),
    "nonhpt_contacts_reached": _count("contacts", f"{OURS} AND outcome = 'reached'"),
    "nonhpt_contacts_not_reached": _count(
        "contacts", f"{OURS} AND outcome IN ('not_reached', 'open')"
    ),
    "nonhpt_contacts_no_comms_details": _count("contacts", f"{OURS} AND outcome = 'no_details'"),
    "hpt_contacts_identified": _count("contacts", f"NOT {OURS}"),
    "hpt_contacts_reached": _count("contacts", f"NOT {OURS} AND outcome = 'reached'"),
    "hpt_contacts_not_reached": _count("contacts", f"NOT {OURS} AND outcome <> 'reached'"),
    "hh_contacts": _count("contacts", f"household AND {OURS}"),
    "nonhh_contacts": _count("contacts", f"NOT household AND {OURS}"),
    "hh_reached": _count("contacts", f"household AND {OURS} AND outcome = 'reached'"),
    "nonhh_reached": _count("contacts", f"NOT household AND {OURS} AND outcome = 'reached'"),
    **_bands(published.CONTACT_BANDS, "contacts", CONTACT_LEG),
    **_bands(published.E2E_BANDS, "contacts", E2E_LEG),
    "tests_positive_people": "SELECT count(DISTINCT person_id) FROM results WHERE result = 'positive'",
    "people_tested": "SELECT count(DISTINCT person_id) FROM results WHERE communicated_at IS NOT NULL",
}

FAULTS = {
    "a contact whose case is not there":
        "SELECT count(*) FROM contacts ANTI JOIN cases USING (case_id)",
    "a contact identified before its case was reached":
        "SELECT count(*) FROM contacts k JOIN cases c USING (case_id) WHERE k.identified_at < c.reached_at",
    "a contact that disagrees with its case on when that was transferred":
        "SELECT count(*) FROM contacts k JOIN cases c USING (case_id) "
        "WHERE k.case_transferred_at <> c.transferred_at",
    "a case that named another number than it has":
        "SELECT count(*) FROM cases c LEFT JOIN (SELECT case_id, count(*) n FROM contacts GROUP BY 1) k "
        "USING (case_id) WHERE c.contacts_named <> coalesce(k.n, 0)",
    "a household contact in another household than its case":
        "SELECT count(*) FROM contacts k JOIN cases c USING (case_id) "
        "WHERE k.household AND k.household_id <> c.household_id",
    "a contact that became the case of somebody else":
        "SELECT count(*) FROM contacts k LEFT JOIN cases c ON c.case_id = k.became_case_id "
        "WHERE k.became_case_id IS NOT NULL AND k.person_id IS DISTINCT FROM c.person_id",
    "times out of order":
        "SELECT count(*) FROM cases WHERE NOT (taken_at <= result_at AND result_at <= transferred_at "
        "AND transferred_at <= coalesce(first_attempt_at, transferred_at) "
        "AND transferred_at <= coalesce(reached_at, transferred_at))",
    "a test out of order":
        "SELECT count(*) FROM results WHERE NOT (taken_at <= lab_received_at "
        "AND lab_received_at <= reported_at AND reported_at <= communicated_at)",
    "a positive test with neither a case nor a reason":
        "SELECT count(*) FROM results WHERE result = 'positive' "
        "AND (case_id IS NULL) = (no_case_reason IS NULL)",
    "a case without its test":
        "SELECT count(*) FROM cases c LEFT JOIN results r USING (result_id) "
        "WHERE r.case_id IS DISTINCT FROM c.case_id OR r.person_id <> c.person_id",
    "a batch that does not balance":
        "SELECT count(*) FROM batches WHERE rows_received <> accepted + duplicates + quarantined + rejected",
    "a batch with other tests than it says":
        "SELECT count(*) FROM batches b WHERE b.accepted <> (SELECT count(*) FROM results r "
        "WHERE r.batch_id = b.batch_id)",
    "spells of one subject that overlap":
        "SELECT count(*) FROM holdings a JOIN holdings b USING (subject_id) "
        "WHERE a.holding_id < b.holding_id AND (a.ended_at IS NULL OR b.offered_at < a.ended_at)",
    "spells of one agent that overlap":
        "SELECT count(*) FROM (SELECT to_at, lead(from_at) OVER (PARTITION BY agent_id ORDER BY from_at) n "
        "FROM agent_states) WHERE n < to_at",
    "an attempt at nobody":
        "SELECT count(*) FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM holdings h "
        "WHERE h.subject_id = a.subject_id)",
    "an attempt that reached a subject that was not":
        "SELECT count(*) FROM attempts a JOIN contacts k ON k.contact_id = a.subject_id "
        "WHERE a.reached AND k.outcome <> 'reached'",
}  # fmt: skip


@settings(max_examples=20)
@given(published.weeks())
def test_every_count_of_a_week_comes_back_from_its_rows_to_the_unit(week: Week) -> None:
    assert set(BY_HAND) == set(COUNTS)
    found = counted(dict(weekly.expand(week, 7)), BY_HAND)
    assert found == {name: getattr(week, name) for name in COUNTS}


@settings(max_examples=10)
@given(published.weeks())
def test_rows_of_a_week_hang_together(week: Week) -> None:
    found = counted(dict(weekly.expand(week, 7, sample=1.0)), FAULTS)
    assert {fault: rows for fault, rows in found.items() if rows} == {}


@settings(max_examples=10)
@given(published.weeks())
def test_everything_that_counts_in_a_week_lies_in_it_by_local_midnight(week: Week) -> None:
    outside = {
        table: f"SELECT count(*) FROM {table} WHERE timezone('Europe/London', timezone('UTC', {moment}))::date "
        f"NOT BETWEEN DATE '{week.week_start}' AND DATE '{week.week_start}' + 6"
        for table, moment in (
            ("cases", "transferred_at"),
            ("contacts", "identified_at"),
            ("results", "communicated_at"),
        )
    }
    assert set(counted(dict(weekly.expand(week, 7)), outside).values()) == {0}


@settings(max_examples=5)
@given(published.weeks())
def test_rows_are_what_the_event_tables_allow(week: Week) -> None:
    tables = dict(weekly.expand(week, 7, sample=1.0))
    faults = {}
    for name, table in tables.items():
        keys = ", ".join(TABLES[name].key)
        faults[f"{name} twice"] = f"SELECT count(*) - count(DISTINCT ({keys})) FROM {name}"
        for column in TABLES[name].columns:
            told = ", ".join(f"'{code}'" for code in column.codes)
            if column.never_null:
                faults[f"{name}.{column.name} null"] = _count(name, f"{column.name} IS NULL")
            if column.codes and column.name in table.column_names:
                faults[f"{name}.{column.name}"] = _count(name, f'"{column.name}" NOT IN ({told})')
    found = counted(tables, faults)
    assert {fault: rows for fault, rows in found.items() if rows} == {}


def a_week(**changes: Any) -> Week:
    """A week of 24 cases and 40 contacts."""
    return totals.complete(
        replace(TOTALS, **changes), totals.Assumed(contacts_reached=0.5, tests_per_positive=3)
    )


TOTALS = totals.Totals(
    week_start=date(2020, 6, 4),
    cases_reached=200,
    contacts_reached=320,
    hh_contacts_reached=200,
    nonhh_contacts_reached=70,
    median_h_symptoms_to_contacts_traced=120.0,
    hours=published.HOURS,
)


def test_the_same_seed_gives_the_same_rows_and_another_gives_others() -> None:
    first, again, other = (dict(weekly.expand(a_week(), seed)) for seed in (1, 1, 2))
    assert all(first[name].equals(again[name]) for name in first)
    assert not first["contacts"].equals(other["contacts"])


def test_a_week_is_the_same_rows_whichever_weeks_are_written_with_it(tmp_path: Path) -> None:
    week, before = a_week(), a_week(week_start=date(2020, 5, 28))
    weekly.write([week], tmp_path / "alone", seed=3)
    weekly.write([before, week], tmp_path / "both", seed=3)
    for name in ("cases", "contacts", "results", "attempts"):
        part = f"{name}/2020-06-04.parquet"
        assert pq.read_table(tmp_path / "alone" / part).equals(
            pq.read_table(tmp_path / "both" / part)
        )


def test_totals_are_kept_to_the_unit_and_weeks_beyond_the_file_are_marked_as_scaled(
    tmp_path: Path,
) -> None:
    known = [TOTALS, replace(TOTALS, week_start=date(2020, 6, 11), cases_reached=150)]
    shares = totals.Assumed(contacts_reached=0.5)
    made = [totals.complete(one, shares) for one in totals.series(known, 3, factor=2.0)]
    assert [week.cases_reached for week in made] == [200, 150, 400]
    assert [week.contacts_reached for week in made] == [320, 320, 640]
    assert [week.week_start for week in made][2] == date(2020, 6, 18)

    weekly.write(made, tmp_path / "events", assumed=shares.told())
    manifest = json.loads((tmp_path / "events/manifest.json").read_text())
    assert manifest["generated"]["scaled_weeks"] == ["2020-06-18"]
    assert manifest["generated"]["assumed"]["contacts_reached"] == 0.5
    for name in manifest["tables"]:
        parts = {one.stem: pq.read_table(one) for one in (tmp_path / "events" / name).iterdir()}
        assert set(parts["2020-06-18"]["scaled"].to_pylist()) == {True}
        assert set(parts["2020-06-11"]["scaled"].to_pylist()) == {False}


def test_parents_and_households_answer_for_others_from_their_weeks_on() -> None:
    manners = {
        first_day: set(
            dict(weekly.expand(a_week(week_start=first_day), 1))["contacts"][
                "reached_how"
            ].to_pylist()
        )
        for first_day in (date(2020, 11, 12), date(2020, 11, 19), date(2020, 11, 26))
    }
    told = [{"guardian", "household_member"} & found for found in manners.values()]
    assert told == [set(), {"guardian"}, {"guardian", "household_member"}]


def test_counts_that_contradict_one_another_are_refused_with_the_sum_that_fails() -> None:
    with pytest.raises(
        ValueError, match=r"week of 2020-06-04 cases_reached is 201, but cases_reached"
    ):
        replace(a_week(), cases_reached=201, cases_transferred=a_week().cases_transferred + 1)


def test_a_second_clock_that_starts_earlier_cannot_be_quicker() -> None:
    week = a_week()
    swapped = {
        **dict(zip(published.CONTACT_BANDS, week.bands(published.E2E_BANDS), strict=True)),
        **dict(zip(published.E2E_BANDS, week.bands(published.CONTACT_BANDS), strict=True)),
    }
    with pytest.raises(ValueError, match="the second clock starts earlier"):
        dict(weekly.expand(replace(week, **swapped), 1))


def test_a_value_that_is_no_number_is_named_with_its_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "totals.csv"
    file.write_text(
        "week_start,cases_reached,contacts_reached,hh_contacts_reached,nonhh_contacts_reached,"
        "median_h_symptoms_to_contacts_traced\n2020-06-04,many,1,1,0,120\n"
    )
    with pytest.raises(ValueError, match=r"totals.csv, line 2: cases_reached is “many”"):
        weekly.open_source(file)


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match="is not empty"):
        weekly.write([a_week()], tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]
