"""The operator's commands: what they do, what they refuse, and that a dry run does nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from django.db import connection
from pytest_django.fixtures import Settings
from typer.testing import CliRunner

from throughline.cli.exits import ExitCode
from throughline.cli.main import app
from throughline.core.models import Service
from throughline.definitions.models import Definition
from throughline.intake.models import Sender
from throughline.journal.models import Entry
from throughline.web.signin.tests.people import PASSWORD, browser, sign_in, somebody
from throughline.workforce.models import Agent, Team, User

pytestmark = pytest.mark.django_db

PROTOCOL = """
[definition]
kind = "outcomes"
id = "two-ways"
version = 1
valid_from = 2020-06-01
applies_to = "new"
title = "Two outcomes"
reason = "To try a list of our own."
approved_by = "Director"

[[outcome]]
code = "done"
title = "Done"
meaning = "Told what to do."
reached = true
told = true
final = true
retry = "none"

[[outcome]]
code = "no_answer"
title = "No answer"
meaning = "It rang out."
retry = "ladder"
"""

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    # Put back afterwards: a command says which process it is.
    monkeypatch.setenv("THROUGHLINE_PROCESS", os.environ["THROUGHLINE_PROCESS"])
    runner = CliRunner()

    def invoke(*arguments: str, typed: str = "") -> Result:
        return runner.invoke(app, arguments, input=typed)

    return invoke


@pytest.fixture
def founded(run: Run) -> None:
    run("service", "found", "--name", "Dale Tracing", "--telephone", "01632 960100")


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def appoint(run: Run, username: str, *more: str, typed: str = PASSWORD) -> Result:
    return run(
        *("users", "add", username, "--name", "Robin Example", "--role", "authority"),
        *("--organisation", "authority", *more),
        typed=f"{typed}\n",
    )


def test_founding_says_what_the_service_is_and_registers_its_authority(run: Run) -> None:
    said = answer(
        run("service", "found", "--name", "Dale", "--telephone", "01632 960100", "--json")
    )
    assert said["authority"] == "authority"
    row = Service.objects.get()
    assert (row.name, row.telephone, row.demonstration) == ("Dale", "01632 960100", False)
    assert Entry.objects.filter(kind="suppliers.service_founded").count() == 1


def test_founding_again_changes_the_number(run: Run, founded: None) -> None:
    run("service", "found", "--name", "Dale Tracing", "--telephone", "01632 960199")
    assert Service.objects.get().telephone == "01632 960199"


def test_the_demonstration_is_not_founded_in_earnest(run: Run) -> None:
    Service.objects.create(name="Town", demonstration=True)
    result = run("service", "found", "--name", "Dale", "--telephone", "01632 960100")
    assert result.exit_code == ExitCode.USAGE
    assert "This is the demonstration" in result.stderr


def test_an_unknown_time_zone_is_refused(run: Run) -> None:
    result = run(
        "service", "found", "--name", "D", "--telephone", "01632 960100", "--zone", "Mars/Olympus"
    )
    assert result.exit_code == ExitCode.USAGE
    assert "'Mars/Olympus'" in result.stderr
    assert not Service.objects.exists()


def test_an_appointed_person_signs_in_with_the_typed_password(run: Run, founded: None) -> None:
    assert answer(appoint(run, "Robin", "--json"))["username"] == "robin"
    user = User.objects.get(username="robin")
    assert user.check_password(PASSWORD)
    assert user.password.startswith("argon2")
    assert not Agent.objects.exists()


def test_a_handler_gets_a_place_in_the_queues(run: Run, founded: None) -> None:
    run("organisations", "add", "north", "--name", "North Calls", "--kind", "supplier")
    run("teams", "add", "north-day", "--name", "Day", "--organisation", "north")
    result = run(
        *("users", "add", "sam", "--name", "Sam Example", "--role", "handler"),
        *("--organisation", "north", "--team", "north-day", "--languages", "en, pl"),
        typed=f"{PASSWORD}\n",
    )
    assert result.exit_code == 0, result.output
    agent = Agent.objects.get(user__username="sam")
    assert (agent.languages, agent.team.code) == (["en", "pl"], "north-day")


@pytest.mark.parametrize("typed", ["", "tiny-word", "password1234", "robin-example"])
def test_a_weak_password_is_refused_and_not_repeated(run: Run, founded: None, typed: str) -> None:
    result = appoint(run, "robin", typed=typed)
    assert result.exit_code == ExitCode.USAGE
    assert "That password will not do" in result.stderr
    assert not typed or typed not in result.output
    assert not User.objects.exists()


def test_no_command_takes_a_password_as_an_option(run: Run) -> None:
    for name in ("add", "disable", "reset-authenticator"):
        assert "--password" not in run("users", name, "--help").output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--role", "king", "--organisation", "authority"], "--role is 'king'; it is one of"),
        (["--role", "authority", "--organisation", "nowhere"], "No organisation has the code"),
        (
            ["--role", "authority", "--organisation", "authority", "--team", "x"],
            "No team has the code 'x'",
        ),
    ],
)
def test_a_wrong_option_is_named_with_what_is_allowed(
    run: Run, founded: None, arguments: list[str], said: str
) -> None:
    result = run("users", "add", "robin", "--name", "R", *arguments, typed=f"{PASSWORD}\n")
    assert result.exit_code == ExitCode.USAGE
    assert said in result.stderr


def test_a_username_is_given_once(run: Run, founded: None) -> None:
    appoint(run, "robin")
    result = appoint(run, "ROBIN")
    assert (result.exit_code, User.objects.count()) == (ExitCode.USAGE, 1)


def test_a_dry_run_changes_nothing(run: Run, founded: None) -> None:
    before = Entry.objects.count()
    for arguments in (
        ("service", "found", "--name", "Other", "--telephone", "01632 960111"),
        ("organisations", "add", "north", "--name", "N", "--kind", "supplier"),
        ("teams", "add", "t", "--name", "T", "--organisation", "authority"),
        ("senders", "add", "lab", "--name", "Lab"),
    ):
        result = run(*arguments, "--dry-run")
        assert result.exit_code == 0, result.output
        assert "nothing was changed" in result.stderr
    assert appoint(run, "robin", "--dry-run").exit_code == 0
    assert Entry.objects.count() == before
    for model in (Team, User, Sender):
        assert not model.objects.exists()


def test_a_disabled_person_is_listed_as_such_and_written_down(run: Run, founded: None) -> None:
    appoint(run, "robin")
    assert run("users", "disable", "robin").exit_code == 0
    (row,) = answer(run("users", "list", "--json"))
    assert (row["username"], row["active"], row["authenticator"]) == ("robin", False, False)
    assert Entry.objects.filter(kind="workforce.user_disabled", actor_role="r_authority").exists()


def test_a_reset_authenticator_is_set_up_anew_and_its_old_codes_are_dead(
    run: Run, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "throughline.web.signin.tests.pages"
    who = somebody()
    assert run("users", "reset-authenticator", who.user.username).exit_code == 0
    client = browser()
    sign_in(client, who)
    assert client.get("/").headers["Location"] == "/sign-in/set-up/"


def test_an_unknown_user_is_not_repeated(run: Run) -> None:
    result = run("users", "disable", "my-password")
    assert result.exit_code == ExitCode.USAGE
    assert "my-password" not in result.output


def test_a_sender_has_a_mapping_in_use(run: Run) -> None:
    assert run("senders", "add", "lab", "--name", "Dale Laboratory").exit_code == 0
    assert answer(run("senders", "list", "--json")) == [
        {"code": "lab", "name": "Dale Laboratory", "mapping": "standard"}
    ]
    result = run("senders", "add", "lab2", "--name", "L", "--mapping", "nothing-such")
    assert result.exit_code == ExitCode.USAGE
    assert "There is no mapping 'nothing-such'" in result.stderr


def test_the_rules_in_use_are_listed_and_shown_in_words(run: Run) -> None:
    rows = answer(run("definitions", "list", "--kind", "protocol", "--json"))
    assert ("covid-england", 3) in {(row["id"], row["version"]) for row in rows}
    shown = run("definitions", "show", "protocol", "measles")
    assert "Infectious days: " in shown.stdout
    body = answer(run("definitions", "show", "outcomes", "standard", "--json"))["body"]
    assert body["outcome"][0]["code"]


def test_showing_what_is_not_there_says_so(run: Run) -> None:
    result = run("definitions", "show", "protocol", "plague")
    assert (result.exit_code, "There is no protocol" in result.stderr) == (ExitCode.USAGE, True)


def test_a_checked_file_is_taken_into_use_once(run: Run, tmp_path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(PROTOCOL)
    assert answer(run("definitions", "check", str(file), "--json"))["id"] == "two-ways"
    assert not Definition.objects.filter(name="two-ways").exists()
    run("definitions", "adopt", str(file), "--dry-run")
    assert not Definition.objects.filter(name="two-ways").exists()
    assert answer(run("definitions", "adopt", str(file), "--json"))["adopted"] is True
    assert answer(run("definitions", "adopt", str(file), "--json"))["adopted"] is False
    file.write_text(PROTOCOL.replace("It rang out.", "Nobody there."))
    result = run("definitions", "adopt", str(file))
    assert result.exit_code == ExitCode.USAGE
    assert "a version never changes" in result.stderr


def test_a_wrong_file_is_refused_by_key(run: Run, tmp_path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text(PROTOCOL.replace('retry = "ladder"', 'retry = "never"'))
    result = run("definitions", "check", str(file))
    assert result.exit_code == ExitCode.USAGE
    assert "outcome[2]" in result.stderr


def test_the_operators_commands_hold_with_row_rights_only(run: Run, founded: None) -> None:
    """They ran as r_authority: without its right the command is refused by the database."""
    with connection.cursor() as cursor:
        cursor.execute("revoke insert on suppliers_organisation from throughline_r_authority")
    result = run("organisations", "add", "north", "--name", "N", "--kind", "supplier")
    assert result.exit_code != 0
