"""Every address, with every method, for every role: as the table says, or the test fails."""

from __future__ import annotations

import copy
import csv
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, reverse
from pytest_django.fixtures import Settings

from throughline.web.tests.access.scene import Scene, set_scene, signed_in
from throughline.workforce.models import JobRole

TABLE = Path(__file__).with_name("table.csv")
ROLES = ("anonymous", *(str(role) for role in JobRole))
METHODS = ("GET", "POST")
PROCESSES = ("desk", "authority", "public", "intake")
# The gallery is there in the demonstration alone.
LEFT_OUT = ("design",)
# Room for one more query than the fullest page needs; a query in a loop would pass it at once.
MOST_QUERIES = 60
# These a GET may write: that somebody looked, and that a session was used.
MAY_BE_WRITTEN = ("journal_entry", "journal_subject", "django_session", "core_done_once")

TOKEN = re.compile(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[A-Za-z0-9]+')

Cell = tuple[str, str, str]


@pytest.mark.parametrize("process", PROCESSES)
def test_every_address_answers_every_role_as_the_table_says(
    process: str, db: None, settings: Settings
) -> None:
    found = dict(_answers(process, set_scene(), settings))
    written = {key: cells for key, cells in _table().items() if key[0] == process}
    assert set(found) == set(written), "a route without a row, or a row without a route"
    wrong = {key: (found[key], written[key]) for key in found if found[key] != written[key]}
    assert not wrong


def test_anothers_and_absent_look_the_same(db: None, settings: Settings) -> None:
    scene = set_scene()
    for _process, route, clients in _named_routes(scene, settings):
        if route not in scene.other:
            continue
        for role in ("local", "handler", "leader"):
            client = clients[role]
            for method in METHODS:
                other = _ask(client, method, route, scene.other[route])
                absent = _ask(client, method, route, scene.absent(route))
                assert other.status_code == absent.status_code, (route, role, method)
                assert _text(other) == _text(absent), (route, role, method)


def test_looking_changes_nothing_but_the_journal(db: None, settings: Settings) -> None:
    scene = set_scene()
    for process, route, clients in _named_routes(scene, settings):
        # Whoever opens the page: of the two, the one that this process serves.
        for role in ("local", "leader") if process == "desk" else ("authority", "auditor"):
            with CaptureQueriesContext(connection) as asked:
                _ask(clients[role], "GET", route, scene.own.get(route, {}))
            for one in asked.captured_queries:
                said = " ".join(one["sql"].lower().split())
                if said.startswith(("insert", "update", "delete")):
                    assert any(table in said[:80] for table in MAY_BE_WRITTEN), (route, role, said)


def test_no_page_asks_in_a_loop(db: None, settings: Settings) -> None:
    scene = set_scene()
    for process, route, clients in _named_routes(scene, settings):
        client = clients["authority" if process == "authority" else "local"]
        with CaptureQueriesContext(connection) as asked:
            _ask(client, "GET", route, scene.own.get(route, {}))
        assert len(asked) <= MOST_QUERIES, (route, len(asked))


def _answers(
    process: str, scene: Scene, settings: Settings
) -> Iterator[tuple[Cell, tuple[str, ...]]]:
    _be(process, settings)
    staffed = process in ("desk", "authority")
    clients = _clients(scene if staffed else None)
    for route in _routes(process):
        for method in METHODS:
            yield (
                (process, route, method),
                tuple(_cell(clients[role], method, route, scene) for role in ROLES),
            )


def _cell(client: Client, method: str, route: str, scene: Scene) -> str:
    own = _ask(client, method, route, scene.own.get(route, {})).status_code
    if route not in scene.own:
        return str(own)
    absent = _ask(client, method, route, scene.absent(route)).status_code
    return f"{own} {absent}"


def _ask(client: Client, method: str, route: str, arguments: dict[str, object]) -> HttpResponse:
    """Ask, and undo whatever it did, to the database and to the browser."""
    address = reverse(route, kwargs=arguments) if arguments else reverse(route)
    if route == "case":
        address += "?why=reference"
    before = copy.deepcopy(client.cookies)
    with transaction.atomic():
        send = client.get if method == "GET" else client.post
        answer = send(address)
        transaction.set_rollback(True)
    client.cookies = before
    return answer


def _text(answer: HttpResponse) -> bytes:
    """The page without what is new each time: the form's token."""
    return TOKEN.sub(b"", answer.content)


def _be(process: str, settings: Settings) -> None:
    settings.PROCESS = process
    settings.ROOT_URLCONF = f"throughline.web.urls.{process}"


def _named_routes(scene: Scene, settings: Settings) -> Iterator[tuple[str, str, dict[str, Client]]]:
    """Be each process in turn, with a browser for each role, and yield its routes."""
    for process in PROCESSES:
        _be(process, settings)
        clients = _clients(scene)
        for route in _routes(process):
            yield process, route, clients


def _clients(scene: Scene | None) -> dict[str, Client]:
    """A browser for each role, in which nobody has signed in where no scene is given."""
    clients = {role: signed_in(scene.people.get(role) if scene else None) for role in ROLES}
    # One service behind all of them: each would else look through its static files for itself.
    service = clients[ROLES[0]].handler
    for client in clients.values():
        client.handler = service
    return clients


def _routes(process: str) -> Iterator[str]:
    for pattern in _all(import_module(f"throughline.web.urls.{process}").urlpatterns):
        assert pattern.name, f"{pattern.pattern} has no name"
        if not pattern.name.startswith(LEFT_OUT):
            yield pattern.name


def _all(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _all(one.url_patterns)
        else:
            yield one


def _table() -> dict[Cell, tuple[str, ...]]:
    with TABLE.open(newline="") as file:
        return {
            (row["process"], row["route"], row["method"]): tuple(row[role] for role in ROLES)
            for row in csv.DictReader(file)
        }
