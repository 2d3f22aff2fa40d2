"""Each address of the console: with one's own lease, another's, and none."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from throughline.calling.models import Attempt, WorkItem
from throughline.calling.queries.terms import terms
from throughline.calling.rules.hours import in_service
from throughline.core import clock
from throughline.core.ids import new_ref
from throughline.journal.models import Entry
from throughline.people.models import ContactDetail
from throughline.tracing.models import Case, NamedContact
from throughline.tracing.tests.world import World, claim, positives
from throughline.web.console.tests.conftest import (
    PHONES,
    Sitting,
    a_key,
    signed_in,
    with_lease,
    yesterday_noon,
)
from throughline.workforce.models import AgentState

POSTS = (
    "answer", "step", "identity", "subject", "named", "attempt", "number", "heartbeat", "outcome",
)  # fmt: skip


def test_before_identity_the_page_has_the_name_and_the_telephone_alone(sitting: Sitting) -> None:
    page = sitting.page()
    assert "Leila Haddad" in page
    assert "07700 900 130" in page
    for secret in ("1999", "Otterbell", "ZX1", "Tested positive"):
        assert secret not in page


def test_two_identifiers_open_the_rest(sitting: Sitting) -> None:
    sitting.confirmed()
    page = sitting.page()
    assert "Tested positive" in page
    assert "Identity confirmed" in page


def test_one_identifier_is_not_looked_at(sitting: Sitting) -> None:
    sitting.page()
    sitting.post("answer", step="ask_for_person", on_the_line="person", go="on")
    answer = sitting.post("identity", birth_date="5 4 1999", do="check")
    assert answer.status_code == 422
    assert "at least two" in answer.content.decode()
    assert not sitting.interview.identity_confirmed_at


def test_each_view_of_a_household_is_a_journal_entry_with_its_reason(sitting: Sitting) -> None:
    for _ in range(3):
        sitting.page()
    seen = list(Entry.objects.filter(kind="access.household_seen"))
    assert len(seen) == 3
    assert {(one.actor_id, one.body["why"]) for one in seen} == {(sitting.user.id, "conversation")}


def test_a_refused_answer_shows_the_household_again_and_that_is_a_view(sitting: Sitting) -> None:
    sitting.page()
    assert sitting.htmx("answer", step="ask_for_person", go="on").status_code == 422
    assert Entry.objects.filter(kind="access.household_seen").count() == 2
    saved = sitting.htmx("answer", step="ask_for_person", on_the_line="person", go="on")
    assert saved.status_code == 200
    assert Entry.objects.filter(kind="access.household_seen").count() == 2
    assert Entry.objects.filter(kind="tracing.answer_saved").count() == 1


def test_the_title_says_queue_and_state_and_never_who(sitting: Sitting) -> None:
    title = sitting.page().split("</title>")[0].split("<title>")[1]
    assert "Cases, English, reading" in title
    assert "Leila" not in title


@pytest.mark.parametrize("path", POSTS)
def test_another_handlers_lease_and_none_at_all_get_the_same_answer(
    path: str, world: World, sitting: Sitting, idle: Sitting
) -> None:
    sitting.page()
    sent = sitting.held | {"step": "ask_for_person", "on_the_line": "wrong", "key": str(a_key())}
    others = idle.client.post(f"/conversation/{path}/", sent)
    absent = idle.client.post(f"/conversation/{path}/", sent | {"item": str(a_key())})
    assert (others.status_code, absent.status_code) == (409, 409)
    assert plain(others) == plain(absent)
    assert sitting.interview.answers == {}


def test_a_lease_taken_up_by_someone_else_is_said_in_one_sentence(sitting: Sitting) -> None:
    sitting.page()
    WorkItem.objects.update(fence=sitting.desk.lease.fence + 1)
    answer = sitting.htmx("answer", step="ask_for_person", on_the_line="person")
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#lost"
    assert "taken up by someone else" in answer.content.decode()


@pytest.mark.parametrize("path", [*POSTS, "next", "state"])
def test_a_form_of_another_site_changes_nothing(path: str, sitting: Sitting) -> None:
    strict = signed_in(sitting.user, enforce_csrf_checks=True)
    assert strict.post(f"/conversation/{path}/", sitting.held).status_code == 403


@pytest.mark.parametrize("path", [*POSTS, "next", "state"])
def test_nothing_is_changed_by_a_link(path: str, sitting: Sitting) -> None:
    assert sitting.client.get(f"/conversation/{path}/").status_code == 405


@pytest.mark.parametrize("role", ["leader", "supplier"])
def test_a_leader_or_manager_holds_no_conversation(role: str, world: World) -> None:
    client = signed_in(world.user(role))
    assert client.get("/conversation/").status_code == 403
    assert client.post("/conversation/next/").status_code == 403


def test_a_stranger_is_sent_to_sign_in(db: None) -> None:
    answer = Client().get("/conversation/")
    assert (answer.status_code, "/sign-in/" in answer.url) == (302, True)


def test_without_scripts_each_answer_leads_to_the_next_question_and_back(sitting: Sitting) -> None:
    sitting.page()
    answer = sitting.post("answer", step="ask_for_person", on_the_line="person", go="on")
    assert answer.status_code == 302
    assert 'data-step="identity"' in sitting.client.get(answer.url).content.decode()
    sitting.post("identity", do="back", step="identity")
    page = sitting.page()
    assert 'data-step="ask_for_person"' in page
    assert "checked" in page.split('value="person"')[1][:20]


def test_what_is_chosen_is_saved_at_once_and_the_question_stays(sitting: Sitting) -> None:
    sitting.page()
    answer = sitting.htmx("answer", step="ask_for_person", on_the_line="person", revision="1")
    assert answer.status_code == 200
    assert 'hx-swap-oob="true"' in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert sitting.interview.answers == {"on_the_line": "person"}
    assert 'data-step="ask_for_person"' in sitting.page()


def test_htmx_gets_the_conversation_alone(sitting: Sitting) -> None:
    sitting.page()
    body = sitting.htmx("answer", step="ask_for_person", on_the_line="person", go="on").content
    assert b'id="work"' in body
    assert b"<html" not in body


def test_going_on_without_an_answer_says_what_to_do(sitting: Sitting) -> None:
    sitting.page()
    answer = sitting.post("answer", step="ask_for_person", go="on")
    assert answer.status_code == 422
    assert "Choose one of the answers." in answer.content.decode()


def test_an_answer_over_a_newer_one_is_not_lost_and_not_saved(sitting: Sitting) -> None:
    sitting.page()
    sitting.htmx("answer", step="ask_for_person", on_the_line="person", revision="1")
    answer = sitting.post(
        "answer", step="ask_for_person", on_the_line="not_now", revision="1", go="on"
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody else changed this" in page
    assert "checked" in page.split('value="not_now"')[1][:20]
    assert sitting.interview.answers == {"on_the_line": "person"}


def test_a_day_is_read_back_and_one_that_is_none_is_refused(sitting: Sitting) -> None:
    sitting.confirmed()
    sitting.through(until="onset", symptoms={"value": ["cough"]})
    read = sitting.htmx("answer", step="onset", onset="yesterday").content.decode()
    assert (clock.now() - timedelta(days=1)).strftime("%A") in read
    wrong = sitting.htmx("answer", step="onset", onset="soon")
    assert wrong.status_code == 422
    assert "is not a day" in wrong.content.decode()


def test_each_row_of_the_grid_is_saved_by_itself_and_errors_lose_nothing(sitting: Sitting) -> None:
    sitting.confirmed()
    sitting.through(until="contacts")
    row = {
        "name-1": "Robin van der Vale",
        "phone-1": "07700 9",
        "met-1": "99 Oct",
        "who-1": "case",
        "how-1": "direct",
        "ref-1": new_ref().hex,
    }
    answer = sitting.htmx("named", only="1", position="1", **row)
    assert answer.status_code == 422
    assert "is not a day" in answer.content.decode()
    kept = NamedContact.objects.get()
    assert (kept.given_name, kept.family_name) == ("Robin", "van der Vale")
    assert (kept.phone, kept.informed_by, kept.exposure_kind) == ("07700 9", "case", "direct")
    mended = row | {"met-1": "yesterday", "phone-1": "07700 900 140", "revision-1": "1"}
    assert sitting.htmx("named", only="1", **mended).status_code == 200
    stale = sitting.htmx("named", only="1", **mended)
    assert stale.status_code == 422
    assert "Somebody else changed this" in stale.content.decode()
    page = sitting.page()
    assert "07700 900 140" in page
    assert 'name="name-2"' in page


def test_without_scripts_one_button_saves_all_rows_and_blank_ones_are_none(
    sitting: Sitting,
) -> None:
    sitting.confirmed()
    sitting.through(until="household")
    rows = {"name-1": "Tom", "home-1": "yes", "name-2": "Josie Quill", "name-3": ""}
    rows |= {f"ref-{place}": new_ref().hex for place in (1, 2, 3)}
    answer = sitting.post("named", position=["1", "2", "3"], **rows)
    assert answer.status_code == 302
    assert [one.given_name for one in NamedContact.objects.order_by("position")] == ["Tom", "Josie"]
    sitting.post("named", position=["1", "2", "3"], **rows)  # the button pressed twice
    assert NamedContact.objects.count() == 2
    sitting.post("named", remove="1", **{"ref-1": rows["ref-1"]})
    assert [one.given_name for one in NamedContact.objects.all()] == ["Josie"]


def test_a_call_is_charged_before_its_number_is_dialled_and_refused_with_the_time(
    sitting: Sitting,
) -> None:
    sitting.page()
    first, second = ContactDetail.objects.order_by("value")
    shown = sitting.htmx("attempt", phone=str(first.id)).content.decode()
    assert f'href="tel:{PHONES[0]}"' in shown
    assert AgentState.objects.get(to_at=None).state == "on_call"
    refused = sitting.htmx("attempt", phone=str(second.id))
    assert refused.status_code == 422
    assert "It may be made from" in refused.content.decode()
    assert Attempt.objects.count() == 1


def test_a_wrong_number_is_never_rung_again_and_the_right_one_is_added_in_place(
    sitting: Sitting,
) -> None:
    sitting.page()
    first = ContactDetail.objects.order_by("value")[0]
    sitting.post("number", do="wrong", phone=str(first.id))
    assert sitting.post("attempt", phone=str(first.id)).status_code == 404
    bad = sitting.post("number", do="add", number="12")
    assert bad.status_code == 422
    assert 'value="12"' in bad.content.decode()
    sitting.post("number", do="add", number="07700 900 150")
    assert "Call 07700 900 150" in sitting.page()


def test_an_outcome_sent_twice_is_recorded_once(sitting: Sitting) -> None:
    sitting.page()
    sent = {"outcome": "no_answer", "then": "next", "key": str(a_key())}
    first, second = sitting.post("outcome", **sent), sitting.post("outcome", **sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Entry.objects.filter(kind="tracing.conversation_ended").count() == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Choose how the conversation ended."),
        ({"outcome": "call_back", "callback_day": "", "callback_time": ""}, "Choose a day"),
        ({"outcome": "interpreter"}, "needs a language"),
        ({"outcome": "complaint"}, "needs a reason"),
        ({"outcome": "completed"}, "identity was confirmed"),
    ],
)
def test_an_outcome_that_lacks_something_says_so_and_keeps_the_rest(
    sent: dict[str, str], sentence: str, sitting: Sitting
) -> None:
    sitting.page()
    note = "Rings after six" if sent.get("outcome") != "complaint" else ""
    answer = sitting.post("outcome", then="next", key=str(a_key()), note=note, **sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert note in page
    assert sitting.item.state == "leased"


def test_a_call_back_is_promised_for_a_time_ahead(sitting: Sitting) -> None:
    sitting.page()
    tomorrow = (clock.now() + timedelta(days=1)).date().isoformat()
    sent: dict[str, Any] = {"outcome": "call_back", "callback_who": "mine", "then": "break"}
    gone = sent | {"callback_day": clock.now().date().isoformat(), "callback_time": "0:00"}
    assert "has passed" in sitting.post("outcome", key=str(a_key()), **gone).content.decode()
    sitting.post("outcome", key=str(a_key()), callback_day=tomorrow, callback_time="10.30", **sent)
    item = sitting.item
    assert item.callback_agent_id == sitting.desk.lease.agent_id
    assert item.callable_from.date().isoformat() == tomorrow
    assert AgentState.objects.get(to_at=None).state == "break"


def test_what_is_put_back_counts_no_attempt(sitting: Sitting) -> None:
    sitting.page()
    sitting.post("outcome", then="put_back", key=str(a_key()))
    assert (sitting.item.state, sitting.item.attempts) == ("waiting", 0)
    assert "no attempt is counted" in sitting.page()


def test_switching_to_another_person_of_the_home_stays_in_one_conversation(world: World) -> None:
    positives(
        [claim("Leila", "Haddad", phones=PHONES), claim("Otto", "Haddad", sex="male")],
        at=yesterday_noon(),
    )
    sitting = with_lease(world)
    page = sitting.page()
    other = next(
        one
        for one in Case.objects.all()
        if str(one.ref) not in page.split('name="subject"')[1][:80]
    )
    answer = sitting.post("subject", subject=str(other.ref))
    assert str(other.ref) in answer.url
    assert sitting.desk.lease.item_ref == WorkItem.objects.get().ref
    assert sitting.post("subject", subject=str(a_key())).status_code == 404


def test_an_empty_queue_says_why_and_when_to_look_again(idle: Sitting) -> None:
    answer = idle.client.post("/conversation/next/")
    page = idle.client.get(answer.url).content.decode()
    assert "Nothing to take just now" in page
    at = clock.now()
    # At night the hours of service are the reason, and say when.
    assert ("Look again at" if in_service(at, terms(at)) else "calls begin again") in page


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        ({"state": "break", "code": "meal"}, ("break", "meal")),
        ({"state": "raised_hand"}, ("raised_hand", "")),
        ({"state": "available"}, ("available", "")),
    ],
)
def test_a_handler_says_what_they_are_doing(
    sent: dict[str, str], state: tuple[str, str], idle: Sitting
) -> None:
    idle.client.post("/conversation/state/", sent)
    now = AgentState.objects.get(to_at=None)
    assert (now.state, now.code) == state


def test_a_lowered_hand_is_on_the_call_again(sitting: Sitting) -> None:
    sitting.page()
    sitting.post("attempt", phone=str(ContactDetail.objects.order_by("value")[0].id))
    for state in ("raised_hand", "lower_hand"):
        sitting.client.post("/conversation/state/", {"state": state})
    assert AgentState.objects.get(to_at=None).state == "on_call"


def test_a_state_that_follows_from_other_acts_cannot_be_claimed(idle: Sitting) -> None:
    assert idle.client.post("/conversation/state/", {"state": "system_down"}).status_code == 403
    assert not AgentState.objects.exists()


def test_a_day_in_the_past_is_told_to_nobody(sitting: Sitting) -> None:
    onset = (clock.now() - timedelta(days=15)).date()
    sitting.confirmed()
    sitting.through(
        until="isolation_over",
        symptoms={"value": ["cough"]},
        onset={"value": onset.isoformat()},
    )
    page = sitting.page()
    assert "already over" in page
    assert "How the day is worked out" not in page
    last = onset + timedelta(days=10)
    assert f"{last.day} {last:%B}" not in page


def test_a_save_extends_a_lease_that_runs_out_soon(sitting: Sitting) -> None:
    soon = clock.now() + timedelta(seconds=100)
    WorkItem.objects.update(lease_until=soon)
    sitting.page()
    sitting.htmx("answer", step="ask_for_person", on_the_line="person")
    assert sitting.item.lease_until > soon + timedelta(seconds=100)


def test_a_heartbeat_keeps_the_conversation(sitting: Sitting) -> None:
    soon = clock.now() + timedelta(seconds=100)
    WorkItem.objects.update(lease_until=soon)
    assert sitting.post("heartbeat").status_code == 204
    assert sitting.item.lease_until > soon + timedelta(seconds=100)


def plain(answer: Any) -> str:
    """The page without what differs at each draw: the form's token, and the moment."""
    page = re.sub(r"[A-Za-z0-9]{64}", "token", answer.content.decode())
    return re.sub(r"\d{4}-\d\d-\d\dT[0-9:.+]+|>\d\d:\d\d", "", page)
