"""Sessions end, change their key, and die with the account."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from throughline.core import clock
from throughline.web.signin.adapters import BEGAN, SEEN
from throughline.web.signin.middleware import PASSIVE
from throughline.web.signin.tests.people import browser, entries, is_in, sign_in, somebody

pytestmark = pytest.mark.django_db


def age(client, key: str, by: timedelta) -> None:
    """Make a moment of the session's lie further back."""
    session = client.session
    session[key] = (clock.now() - by).isoformat()
    session.save()


def test_half_an_idle_hour_ends_a_session_and_says_so() -> None:
    client = browser()
    sign_in(client, somebody())
    age(client, SEEN, timedelta(minutes=30))
    answer = client.get("/")
    assert answer.headers["Location"] == "/sign-in/?ended=idle&next=%2F"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "You were signed out because nothing was done for 30 minutes" in page
    assert not is_in(client)


def test_twelve_hours_end_a_session_however_busy() -> None:
    client = browser()
    sign_in(client, somebody())
    age(client, BEGAN, timedelta(hours=12))
    assert client.get("/").headers["Location"].startswith("/sign-in/?ended=long")


def test_a_part_of_a_page_leaves_the_page_when_its_session_ended() -> None:
    client = browser()
    sign_in(client, somebody())
    age(client, SEEN, timedelta(minutes=31))
    answer = client.get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, "HX-Redirect" in answer.headers) == (401, True)


def test_extending_keeps_the_session_from_now_on() -> None:
    client = browser()
    sign_in(client, somebody())
    age(client, SEEN, timedelta(minutes=29))
    assert client.post("/sign-in/extend/").status_code == 204
    seen = datetime.fromisoformat(client.session[SEEN])
    assert clock.now() - seen < timedelta(minutes=1)


def test_a_request_that_nobody_caused_does_not_keep_the_session() -> None:
    client = browser()
    sign_in(client, somebody())
    age(client, SEEN, timedelta(minutes=29))
    before = client.session[SEEN]
    client.get("/", headers={PASSIVE: "1"})
    assert client.session[SEEN] == before


def test_extending_needs_a_session() -> None:
    assert browser().post("/sign-in/extend/").status_code == 401


def test_signing_in_renews_the_sessions_key_and_kills_the_old_one() -> None:
    client, thief = browser(), browser()
    client.get("/sign-in/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.cookies["session_prepare"] = planted
    thief.cookies["session_prepare"] = planted
    sign_in(client, somebody())
    assert is_in(client)
    assert client.session.session_key != planted
    assert not is_in(thief)


def test_a_disabled_person_is_out_at_the_next_request() -> None:
    who, client = somebody(), browser()
    sign_in(client, who)
    assert is_in(client)
    type(who.user).objects.filter(id=who.user.id).update(is_active=False)
    assert not is_in(client)
    assert sign_in(browser(), who, ahead=1).headers.get("Location") != "/"


def test_a_changed_role_holds_at_the_next_request() -> None:
    who, client = somebody(), browser()
    sign_in(client, who)
    type(who.user).objects.filter(id=who.user.id).update(role="supplier")
    assert client.get("/").content.decode().startswith("throughline_r_supplier ")


def test_signing_out_is_a_button_not_a_link() -> None:
    client = browser()
    sign_in(client, somebody())
    client.get("/sign-out/")
    assert is_in(client)
    client.post("/sign-out/")
    assert not is_in(client)
    assert [entry.body for entry in entries("signed_out")] == [{"why": "asked"}]
