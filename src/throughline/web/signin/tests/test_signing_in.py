"""Nobody gets in without both factors, and nobody by trying."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve
from pytest_django.fixtures import Settings

from throughline.core.models import Service
from throughline.web.signin.tests.people import (
    PASSWORD,
    browser,
    entries,
    is_in,
    sign_in,
    somebody,
    try_password,
)
from throughline.workforce.models import JobRole

pytestmark = pytest.mark.django_db


def same(page: HttpResponse) -> str:
    """The page without what differs by design: the form's token."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode())


def test_password_and_code_together_let_a_person_in_as_their_role() -> None:
    who, client = somebody(), browser()
    assert sign_in(client, who).headers["Location"] == "/"
    assert client.get("/").content.decode() == (
        f"throughline_r_desk {who.user.id} {who.user.organisation_id}"
    )


def test_a_password_alone_gets_nowhere() -> None:
    who, client = somebody(), browser()
    answer = try_password(client, who.user.username, PASSWORD)
    assert answer.headers["Location"].startswith("/sign-in/code/")
    assert not is_in(client)


def test_a_code_without_a_password_gets_nowhere() -> None:
    who, client = somebody(), browser()
    client.post("/sign-in/code/", {"code": who.code()})
    assert not is_in(client)


def test_a_wrong_code_gets_nowhere() -> None:
    who, client = somebody(), browser()
    try_password(client, who.user.username, PASSWORD)
    wrong = f"{(int(who.code()) + 500_000) % 1_000_000:06}"
    assert client.post("/sign-in/code/", {"code": wrong}).status_code == 200
    assert not is_in(client)


def test_a_code_works_once() -> None:
    who = somebody()
    sign_in(browser(), who)
    second = browser()
    assert sign_in(second, who).status_code == 200
    assert not is_in(second)
    assert sign_in(second, who, ahead=1).headers["Location"] == "/"


def test_in_the_demonstration_the_code_is_shown_and_works_again(settings: Settings) -> None:
    settings.DEMONSTRATION = True
    Service.objects.create(name="Town", demonstration=True)
    who = somebody()
    sign_in(browser(), who)
    second = browser()
    try_password(second, who.user.username, PASSWORD)
    assert who.code() in second.get("/sign-in/code/").content.decode().replace(" ", "")
    assert sign_in(second, who).headers["Location"] == "/"


def test_the_code_is_not_shown_when_only_the_environment_says_demonstration(
    settings: Settings,
) -> None:
    settings.DEMONSTRATION = True
    Service.objects.create(name="In earnest", demonstration=False)
    who, client = somebody(), browser()
    try_password(client, who.user.username, PASSWORD)
    assert who.code() not in client.get("/sign-in/code/").content.decode().replace(" ", "")


def test_without_an_authenticator_a_person_gets_no_further_than_setting_one_up() -> None:
    who, client = somebody(authenticator=False), browser()
    try_password(client, who.user.username, PASSWORD)
    assert client.get("/").headers["Location"] == "/sign-in/set-up/"
    assert client.get("/fail/").headers["Location"] == "/sign-in/set-up/"


def test_the_code_that_sets_an_authenticator_up_is_spent_by_it() -> None:
    who, client = somebody(authenticator=False), browser()
    try_password(client, who.user.username, PASSWORD)
    client.get("/sign-in/set-up/")
    now_with = type(who)(user=who.user, secret=client.session["mfa.totp.secret"])
    before = client.session.session_key
    assert client.post("/sign-in/set-up/", {"code": now_with.code()}).headers["Location"] == "/"
    assert client.session.session_key != before
    assert is_in(client)
    assert sign_in(browser(), now_with).status_code == 200
    assert sign_in(browser(), now_with, ahead=1).headers["Location"] == "/"


def test_an_authenticator_once_set_up_is_not_set_up_again_over_the_page() -> None:
    who, client = somebody(), browser()
    sign_in(client, who)
    assert client.get("/sign-in/set-up/").headers["Location"] == "/"


def test_a_username_may_be_typed_in_capitals() -> None:
    who, client = somebody(), browser()
    answer = try_password(client, who.user.username.upper(), PASSWORD)
    assert answer.headers["Location"].startswith("/sign-in/code/")


def test_the_answer_is_the_same_for_known_and_unknown_names() -> None:
    who = somebody()
    known = [try_password(browser(), who.user.username) for _ in range(6)]
    unknown = [try_password(browser(), "nobody-of-that-name") for _ in range(6)]
    assert [page.status_code for page in known] == [200, 200, 200, 200, 429, 429]
    assert [page.status_code for page in unknown] == [page.status_code for page in known]
    for one, other in zip(known, unknown, strict=True):
        assert same(one).replace(who.user.username, "") == same(other).replace(
            "nobody-of-that-name", ""
        )


@pytest.mark.parametrize("spelling", [str, str.upper])
def test_five_failures_lock_the_name_at_that_address_even_for_the_right_password(spelling) -> None:
    who = somebody()
    for _ in range(5):
        last = try_password(browser(), who.user.username)
    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) == 15 * 60
    assert try_password(browser(), spelling(who.user.username), PASSWORD).status_code == 429


def test_a_lock_out_holds_for_one_address_and_one_name() -> None:
    locked, neighbour = somebody(), somebody()
    for _ in range(5):
        try_password(browser(), locked.user.username)
    # From another address the same person gets in, and from that address another person does.
    assert sign_in(browser("192.0.2.2"), locked).headers["Location"] == "/"
    assert sign_in(browser(), neighbour).headers["Location"] == "/"


def test_a_made_up_forwarding_header_does_not_move_the_lock_out() -> None:
    who = somebody()
    for number in range(5):
        client = Client(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
        answer = try_password(client, who.user.username)
    assert answer.status_code == 429


def test_wrong_codes_lock_too() -> None:
    who, client = somebody(), browser()
    try_password(client, who.user.username, PASSWORD)
    wrong = f"{(int(who.code()) + 500_000) % 1_000_000:06}"
    statuses = [client.post("/sign-in/code/", {"code": wrong}).status_code for _ in range(5)]
    assert statuses[-1] == 429
    assert client.post("/sign-in/code/", {"code": who.code()}).status_code == 429
    assert len(entries("locked_out")) == 1


@pytest.mark.parametrize("process", ["desk", "authority"])
def test_nobody_signs_up_or_changes_anything_by_mail(process: str) -> None:
    for address in (
        "/signup/", "/sign-up/", "/sign-in/signup/", "/accounts/signup/", "/accounts/login/",
        "/password/reset/", "/password/change/", "/accounts/password/reset/", "/email/",
        "/accounts/email/", "/confirm-email/", "/2fa/", "/accounts/2fa/totp/deactivate/",
    ):  # fmt: skip
        with pytest.raises(Resolver404):
            resolve(address, urlconf=f"throughline.web.urls.{process}")


def test_whoever_signs_in_at_another_roles_address_is_told_theirs() -> None:
    who, client = somebody(JobRole.AUTHORITY), browser()
    sign_in(client, who)
    page = client.get("/")
    assert page.status_code == 403
    assert "http://testserver:8001/" in page.content.decode()
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
