"""One transaction a request: a failed page leaves nothing behind, and its session is saved."""

from __future__ import annotations

import pytest
from django.db import connection

from throughline.core import clock
from throughline.core.context import current
from throughline.core.models import DoneOnce
from throughline.people.models import Household, Person
from throughline.web.signin.tests.pages import PROBLEMS
from throughline.web.signin.tests.people import browser, is_in, sign_in, somebody

pytestmark = pytest.mark.django_db

STATUSES = {"absent": 404, "forbidden": 403, "stale": 409, "wrong": 422}


@pytest.mark.parametrize("address", ["/stop/database/", "/stop/wrong/"])
def test_nothing_of_a_stopped_pages_writes_stays_but_the_session_is_saved(address: str) -> None:
    client = browser()
    sign_in(client, somebody())
    assert client.get(address).status_code == 422
    assert DoneOnce.objects.count() == 0
    assert client.session["touched"] == "yes"
    assert is_in(client)


@pytest.mark.parametrize("address", ["/fail/", "/break/"])
def test_nothing_of_a_failed_pages_writes_stays_and_the_session_goes_on(address: str) -> None:
    client = browser()
    sign_in(client, somebody())
    assert client.get(address).status_code == 500
    assert DoneOnce.objects.count() == 0
    # Django saves no session when a page fails: what the page put there may be half of it.
    assert "touched" not in client.session
    assert is_in(client)


@pytest.mark.parametrize("problem", sorted(PROBLEMS))
def test_a_problem_is_shown_as_its_sentence_with_the_status_that_fits(problem: str) -> None:
    client = browser()
    sign_in(client, somebody())
    page = client.get(f"/stop/{problem}/")
    assert page.status_code == STATUSES[problem]
    assert PROBLEMS[problem].sentence in page.content.decode()
    assert DoneOnce.objects.count() == 0


def test_a_fault_is_shown_without_a_word_of_itself() -> None:
    client = browser()
    sign_in(client, somebody())
    page = client.get("/fail/").content.decode()
    assert "Something went wrong on our side" in page
    assert "a fault" not in page
    assert "RuntimeError" not in page


def test_no_role_outlives_its_request() -> None:
    client = browser()
    sign_in(client, somebody())
    for address in ("/", "/fail/", "/break/", "/stop/wrong/", "/sign-in/persons/"):
        client.get(address)
        with connection.cursor() as cursor:
            cursor.execute("select current_user = session_user")
            assert cursor.fetchone() == (True,), address
        assert current() is None


def test_pages_of_signing_in_cannot_read_persons() -> None:
    Person.objects.create(household=Household.objects.create(), source="x", created_at=clock.now())
    client = browser()
    assert client.get("/sign-in/persons/").status_code == 500
    sign_in(client, somebody())
    assert client.get("/sign-in/persons/").status_code == 500
