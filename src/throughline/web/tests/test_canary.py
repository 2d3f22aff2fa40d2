"""Personal data is planted, everything is made to fail, and none of it is found where it must not be."""

from __future__ import annotations

import io
import logging
import os
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from pytest_django.fixtures import Settings
from typer.testing import CliRunner

from throughline.cli.main import app, run
from throughline.cli.work import Worker, all_tasks
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.ids import new_id
from throughline.core.logs import Line
from throughline.core.roles import Role
from throughline.core.tasks import Task
from throughline.intake.models import Quarantined
from throughline.intake.tests.world import as_csv, keep, prepare, row, work
from throughline.people.models import Person
from throughline.tracing.models import Interview
from throughline.web.signin.tests.people import browser, sign_in, somebody
from throughline.workforce.models import JobRole

pytestmark = pytest.mark.django_db

GIVEN, FAMILY, STREET = "Zyxwvutka", "Qwlmnopski", "77 Canaryfield Rise"
PHONE, POSTCODE, NHS, NOTE = "07700900321", "ZX7 7QQ", "9990000018", "saw her cousin Brzk"
CANARIES = (GIVEN, FAMILY, "Canaryfield", "700900321", "ZX7", "7QQ", NHS, "Brzk")


def planted(text: str) -> list[str]:
    """The planted words that stand in a text, in whatever case or spacing."""
    plain = re.sub(r"\s", "", text).lower()
    return [word for word in CANARIES if word.lower() in plain]


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """What all processes would write to their log files."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(Line())
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def person(settings: Settings) -> Person:
    """Somebody who came in by a file, beside a row that went to quarantine and an interview."""
    settings.PROCESS = "authority"
    settings.ROOT_URLCONF = __name__
    prepare()
    told = {
        "given_name": GIVEN, "family_name": FAMILY, "phone": PHONE, "postcode": POSTCODE,
        "address_line_1": STREET, "nhs_number": NHS,
    }  # fmt: skip
    wrong = {**told, "birth_date": f"{FAMILY} 1980", "result": f"{GIVEN}?"}
    keep(as_csv([row(1, **told), row(2, **wrong)]), name=f"{FAMILY}.csv")
    work()
    person = Person.objects.get(family_name=FAMILY)
    assert Quarantined.objects.filter(value__contains=FAMILY).exists()
    Interview.objects.create(
        household_id=person.household_id,
        item_id=new_id(),
        person_id=person.id,
        subject="case",
        subject_id=new_id(),
        script="case-england",
        script_version=1,
        answers={"name": GIVEN, "note": NOTE},
        note=NOTE,
        started_at=clock.now(),
        saved_at=clock.now(),
    )
    return person


def quoting(person: Person) -> None:
    """Make the database explain itself with the person's own values."""
    with connection.cursor() as cursor:
        cursor.execute("select %s::int", [f"{person.given_name} {person.family_name} {PHONE}"])


def broken(request: HttpRequest, id: UUID) -> HttpResponse:
    """A page on which the database quotes a person."""
    quoting(Person.objects.get(id=id))
    return HttpResponse("never")


def raising(request: HttpRequest, id: UUID) -> HttpResponse:
    """A page on which our own code quotes a person."""
    person = Person.objects.get(id=id)
    raise RuntimeError(f"no match for {person.given_name} {person.family_name}, {PHONE}")


urlpatterns = [
    path("", include("throughline.web.signin.urls")),
    path("broken/<uuid:id>/", broken),
    path("raising/<uuid:id>/", raising),
]
handler500 = "throughline.web.errors.server_error"


def journal() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(e::text, ' ') from journal_entry e")
        return str(cursor.fetchone()[0])


def test_the_canary_is_found_where_it_is() -> None:
    assert planted(f"{GIVEN} of {POSTCODE}") == [GIVEN, "ZX7", "7QQ"]


@pytest.mark.parametrize("page", ["broken", "raising"])
def test_a_failing_page_says_nothing_of_a_person(
    page: str, person: Person, logs: io.StringIO
) -> None:
    client = browser()
    sign_in(client, somebody(JobRole.AUTHORITY))
    answer = client.get(f"/{page}/{person.id}/")
    assert answer.status_code == 500
    assert planted(answer.content.decode() + str(answer.headers)) == []
    # The failure was logged, with its kind and place, and without a word of the person.
    assert "test_canary.py" in logs.getvalue()
    assert planted(logs.getvalue()) == []


def test_a_failing_task_says_nothing_of_a_person(person: Person, logs: io.StringIO) -> None:
    def quote(at: object) -> int:
        quoting(Person.objects.get(id=person.id))
        return 1

    task = Task(name="test.quote", role=Role.MATCH, every=timedelta(seconds=1), run=quote)
    Worker([task]).round()
    assert "Task test.quote failed" in logs.getvalue()
    assert "DataError" in logs.getvalue()
    assert planted(logs.getvalue()) == []


def test_every_task_failing_on_a_missing_right_says_nothing_of_a_person(
    person: Person, logs: io.StringIO
) -> None:
    keep(as_csv([row(3, given_name=GIVEN, family_name=FAMILY, phone=PHONE)]), name="b.csv")
    with connection.cursor() as cursor:
        for table in ("people_person", "tracing_interview", "intake_quarantined"):
            cursor.execute(f"revoke insert, update on {table} from {Role.MATCH.sql}")
            cursor.execute(f"revoke insert, update on {table} from {Role.CLOCK.sql}")
    # Those that run apart have a connection of their own, which does not see this test's rows.
    Worker([task for task in all_tasks() if not task.apart]).round()
    assert "failed" in logs.getvalue()
    assert planted(logs.getvalue()) == []


def test_the_journal_holds_nothing_of_a_person(person: Person) -> None:
    text = journal()
    assert "intake." in text
    # A queue's name ends in the area it serves, which is a district and not a person.
    assert [word for word in planted(text) if word != "ZX7"] == []


def test_references_that_may_stand_in_addresses_say_nothing_of_a_person(person: Person) -> None:
    names = [str(person.ref), *map(str, Quarantined.objects.values_list("ref", flat=True))]
    assert planted(" ".join(names)) == []


def test_a_refused_correction_on_the_command_line_does_not_repeat_the_value(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THROUGHLINE_PROCESS", os.environ["THROUGHLINE_PROCESS"])
    result = CliRunner().invoke(app, ["users", "disable", f"{GIVEN} {FAMILY}"])
    assert result.exit_code == 2
    assert planted(result.output) == []


def test_a_fault_of_a_command_says_nothing_of_a_person(
    person: Person, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("THROUGHLINE_PROCESS", os.environ["THROUGHLINE_PROCESS"])
    # A trigger that quotes the row, as a constraint of somebody's own would.
    with connection.cursor() as cursor:
        cursor.execute(
            "create function quote() returns trigger language plpgsql as"
            f" $$ begin raise exception 'row of {GIVEN} {FAMILY} {PHONE}'; end $$"
        )
        cursor.execute(
            "create trigger quote before insert on intake_sender for each row execute function quote()"
        )
    monkeypatch.setattr(sys, "argv", ["throughline", "senders", "add", "lab9", "--name", "Lab"])
    with pytest.raises(SystemExit) as ended, transaction.atomic():
        run()
    said = capsys.readouterr()
    assert ended.value.code == 1
    assert "a fault of ours" in said.err
    assert planted(said.err + said.out) == []


def test_a_person_is_seen_by_no_role_that_has_no_business_with_them(person: Person) -> None:
    """The planted person is there for those who may see: else the tests above would prove nothing."""
    with acting(Role.AUTHORITY):
        assert Person.objects.filter(family_name=FAMILY).count() == 1
