"""The event tables of a small service: what happened, no more and no less, and nothing of who it was."""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction

from throughline.calling.models import Attempt
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.journal.models import Entry
from throughline.measures import open_events
from throughline.measures.tables import TABLES
from throughline.people.models import Household, Person
from throughline.record.actions import export_events
from throughline.record.errors import FolderTaken
from throughline.record.live import live_events
from throughline.record.queries import EXPORTED, columns
from throughline.record.tests.conftest import PRIYA
from throughline.tracing.actions import responsibility
from throughline.tracing.models import Case, Contact, Holding
from throughline.tracing.tests.world import DAY, HOUR, NOON, World

pytestmark = pytest.mark.usefixtures("day_of_work")

CUT = NOON + 2 * DAY


def rows_of(folder: Path, table: str) -> list[dict[str, Any]]:
    return pq.read_table(folder / f"{table}.parquet").to_pylist()


@pytest.fixture(scope="module")
def folder(day_of_work: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_events(tmp_path_factory.mktemp("export") / "events", by=None, at=CUT).folder


def exports() -> int:
    return Entry.objects.filter(kind="record.events_exported").count()


def test_each_table_has_the_columns_of_the_contract_and_says_so_in_types() -> None:
    arrow = {
        "id": "text", "text": "text", "code": "text", "time": "timestamp with time zone",
        "date": "date", "bool": "boolean", "count": "bigint", "number": "double precision",
    }  # fmt: skip
    for name in EXPORTED:
        found = columns(name)
        for column in TABLES[name].columns:
            assert found[column.name] == arrow[column.kind], f"{name}.{column.name}"


def test_a_batch_accounts_for_every_row_it_brought(folder: Path) -> None:
    (batch,) = rows_of(folder, "batches")
    places = ("accepted", "duplicates", "quarantined", "rejected")
    assert batch["rows_received"] == sum(batch[place] for place in places) == 4
    assert (batch["accepted"], batch["duplicates"], batch["quarantined"]) == (2, 1, 1)


def test_a_positive_leads_to_its_case_its_conversation_and_the_contact_named(folder: Path) -> None:
    positive = next(row for row in rows_of(folder, "results") if row["result"] == "positive")
    (case,) = rows_of(folder, "cases")
    (contact,) = rows_of(folder, "contacts")
    (attempt,) = rows_of(folder, "attempts")
    assert positive["case_id"] == contact["case_id"] == case["case_id"] == attempt["subject_id"]
    assert (positive["first_positive"], positive["first_tested"]) == (True, True)
    assert (case["outcome"], case["contacts_named"], case["reached_how"]) == ("reached", 1, "self")
    assert (contact["household"], contact["exposure_kind"]) == (True, "household")
    assert (attempt["outcome"], attempt["reached"]) == ("reached", True)
    assert case["reached_by"] == attempt["provider"]


def test_spells_of_one_case_follow_each_other_and_name_their_holder(
    folder: Path, tmp_path: Path
) -> None:
    spells = rows_of(folder, "holdings")
    assert {spell["subject"] for spell in spells} == {"case", "contact"}
    by_id = {row["case_id"] for row in rows_of(folder, "cases")}
    by_id |= {row["contact_id"] for row in rows_of(folder, "contacts")}
    assert {spell["subject_id"] for spell in spells} == by_id


def test_the_manifest_counts_and_hashes_each_table_and_the_journal_holds_its_hash(
    folder: Path,
) -> None:
    text = (folder / "manifest.json").read_bytes()
    manifest = json.loads(text)
    assert (manifest["cut_at"], manifest["zone"]) == ("2020-11-04T11:00:00Z", "Europe/London")
    for name, told in manifest["tables"].items():
        path = folder / f"{name}.parquet"
        assert told["sha256"] == sha256(path.read_bytes()).hexdigest()
        assert told["rows"] == pq.read_metadata(path).num_rows
    entries = Entry.objects.filter(kind="record.events_exported")
    assert sha256(text).hexdigest() in {entry.body["sha256"] for entry in entries}


def test_no_file_holds_a_name_a_number_an_address_or_a_key(folder: Path) -> None:
    secret = [
        *PRIYA.values(),
        "Tom",
        "+447700900001",
        *(str(one.id) for one in Person.objects.all()),
    ]
    for model in (Case, Contact, Holding, Attempt, Household):
        secret += [str(one.id) for one in model.objects.all()]
    # The day of a swab and a ward's area are what the tables are for.
    told = {PRIYA["taken_at"], PRIYA["reported_at"], PRIYA["area"]}
    text = "\n".join(str(rows_of(folder, table)) for table in EXPORTED)
    assert [word for word in secret if word not in told and str(word) in text] == []


def test_what_was_recorded_after_the_cut_is_left_out(tmp_path: Path) -> None:
    exported = export_events(tmp_path / "before", by=None, at=NOON - timedelta(seconds=1))
    assert set(exported.rows.values()) == {0}
    assert rows_of(exported.folder, "cases") == []


def test_an_export_is_never_written_over_another(folder: Path) -> None:
    with pytest.raises(FolderTaken, match="not empty"):
        export_events(folder, by=None, at=CUT)


def test_an_export_that_fails_leaves_neither_folder_nor_entry(tmp_path: Path) -> None:
    def fail_at_the_last(table: str) -> None:
        if table == EXPORTED[-1]:
            raise OSError(28, "No space left on device")

    before = exports()
    with pytest.raises(OSError, match="No space"):
        export_events(tmp_path / "full", by=None, at=CUT, before_table=fail_at_the_last)
    assert (exports(), (tmp_path / "full").exists()) == (before, False)


def test_all_tables_show_one_moment_though_others_write_meanwhile(tmp_path: Path) -> None:
    def write_meanwhile(table: str) -> None:
        if table == "cases":
            with psycopg.connect(**_parameters(), autocommit=True) as other:
                other.execute("update tracing_case set contacts_named = 77")

    folder = export_events(tmp_path / "one", by=None, at=CUT, before_table=write_meanwhile).folder
    assert [case["contacts_named"] for case in rows_of(folder, "cases")] == [1]
    assert Case.objects.get().contacts_named == 77
    Case.objects.update(contacts_named=1)


MEASURES = (
    "cases.transferred", "cases.reached", "cases.reached_within", "cases.gave_contacts",
    "contacts.identified", "contacts.people", "contacts.reached", "contacts.reached_within_of_case",
    "coverage.case_by_contact",
)  # fmt: skip


def test_a_live_figure_is_the_one_that_an_export_of_that_moment_gives(folder: Path) -> None:
    """I10."""
    with transaction.atomic(), acting(Role.EXPORT):
        live = live_events(CUT).measure(MEASURES, by=["week", "area"])
    exported = open_events(folder).measure(MEASURES, by=["week", "area"])
    assert [one.as_dict() for one in live] == [one.as_dict() for one in exported]
    assert {one.measure: one.numerator for one in live}["cases.reached"] == 1


@pytest.mark.django_db  # has the test database made; the others commit, and need no transaction around them
def test_the_exporting_role_reads_no_name(day_of_work: World) -> None:
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        acting(Role.EXPORT),
        connection.cursor() as cursor,
    ):
        cursor.execute("select given_name from people_person")


def test_a_spell_of_a_local_team_is_its_councils(day_of_work: World, tmp_path: Path) -> None:
    with transaction.atomic(), acting(Role.CLOCK):
        Contact.objects.update(outcome="open", closed_at=None)
        responsibility.hand_over_due(NOON + DAY + HOUR)
    folder = export_events(tmp_path / "later", by=None, at=CUT).folder
    providers = {spell["provider"] for spell in rows_of(folder, "holdings")}
    assert day_of_work.team.organisation.code in providers


def _parameters() -> dict[str, Any]:
    known = connection.get_connection_params()
    return {
        key: known[key] for key in ("host", "dbname", "user", "password", "options") if key in known
    }
