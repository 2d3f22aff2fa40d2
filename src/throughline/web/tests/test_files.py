"""A file never seen before, by hand: kept, its mapping proposed and corrected, loaded with it, and undone again."""

from __future__ import annotations

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from throughline.core import clock
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.definitions import queries as definitions
from throughline.intake.actions.trying import answer_next
from throughline.intake.actions.undoing import undo_next
from throughline.intake.models import IncomingRow, Message, Sender
from throughline.intake.queries import write_quarantine
from throughline.intake.tests.world import keep, prepare, work
from throughline.people.models import Person
from throughline.tracing.tests.world import World
from throughline.web.tests.access.scene import signed_in
from throughline.web.tests.access.test_access import _be

pytestmark = pytest.mark.django_db

FILE = b"""Lab no,Taken,Outcome,Surname,First name,Born
A1,2020-10-01,POS,Example,Robin,04/03/1980
A2,2020-10-01,NEG,Sample,Sam,01/02/1990
A3,2020-10-01,1,Instance,Alex,05/06/1970
"""
HEAD = {
    "disease": "covid", "title": "Dale's list", "name": "dale-daily", "meaning": "Each row is one test.",
    "reason": "A new laboratory", "approved_by": "Director of the service",
}  # fmt: skip


@pytest.fixture
def authority(settings: Settings) -> Client:
    """A browser in which somebody of the authority has signed in."""
    prepare()
    _be("authority", settings)
    return signed_in(World.made().authority())


def upload(client: Client, data: bytes, **more: str) -> HttpResponse:
    """Send a file as the form does."""
    given = {"sender": "new", "new_sender": "dale", "mapping": ""} | more
    return client.post(reverse("upload"), {**given, "file": SimpleUploadedFile("dale.csv", data)})


def test_a_file_that_no_mapping_fits_is_kept_and_its_mapping_proposed(authority: Client) -> None:
    answer = upload(authority, FILE)
    message = Message.objects.get()
    assert answer["Location"] == reverse("file-mapping", args=[message.ref])
    work()
    message.refresh_from_db()
    assert (message.state, IncomingRow.objects.count()) == ("unmapped", 0)
    page = authority.get(answer["Location"]).content.decode()
    assert "What comes first in Born" in page
    assert "Family name: <strong>Example</strong>" in page
    assert "Outcome &#39;1&#39; is not a code" in page


def test_what_comes_first_in_a_date_is_asked_and_nothing_is_saved_before(authority: Client) -> None:
    address = upload(authority, FILE)["Location"]
    answer = authority.post(address, fields() | HEAD | {"save": "1"})
    assert answer.status_code == 422
    assert "the day or the month" in answer.content.decode()
    assert not definitions.versions("mapping", "dale-daily")


def test_the_corrected_mapping_is_saved_by_name_and_version_and_the_file_loaded(
    authority: Client,
) -> None:
    address = upload(authority, FILE)["Location"]
    chosen = fields() | {"order-5": "day"}
    looked = authority.post(address, chosen | {"disease": "covid", "look": "1"})
    assert looked.status_code == 200
    assert "Birth date: <strong>4 March 1980</strong>" in looked.content.decode()
    answer = authority.post(address, chosen | HEAD | {"save": "1"})
    message = Message.objects.get()
    assert answer["Location"] == reverse("receipt", args=[message.ref])
    work(at=clock.now())
    message.refresh_from_db()
    assert (message.mapping, message.mapping_version, message.state) == ("dale-daily", 1, "parsed")
    (stored,) = definitions.versions("mapping", "dale-daily")
    assert (stored.reason, stored.approved_by) == ("A new laboratory", "Director of the service")
    assert Sender.objects.get(code="dale").mapping == "dale-daily"
    assert set(Person.objects.values_list("family_name", flat=True)) == {"Example", "Sample"}


def test_a_load_is_undone_from_its_receipt_for_a_reason(authority: Client) -> None:
    address = upload(authority, FILE)["Location"]
    authority.post(address, fields() | {"order-5": "day"} | HEAD | {"save": "1"})
    work(at=clock.now())
    message = Message.objects.get()
    asked = reverse("receipt-undo", args=[message.ref])
    assert authority.post(asked, {"reason": ""}).status_code == 422
    assert authority.post(asked, {"reason": "the wrong file"}).status_code == 302
    while undo_next(at=clock.now()):
        pass
    assert set(IncomingRow.objects.values_list("place", flat=True)) == {"rejected"}
    assert (
        "Undone: the wrong file"
        in authority.get(reverse("receipt", args=[message.ref])).content.decode()
    )
    assert authority.post(asked, {"reason": "again"}).status_code == 422


def test_what_is_no_list_at_all_is_stored_to_be_refused_with_the_reason(authority: Client) -> None:
    answer = upload(authority, b"%PDF-1.7 not a list")
    work(at=clock.now())
    assert "a PDF, not a table" in authority.get(answer["Location"]).content.decode()


def test_a_refused_message_is_on_the_front_page_with_owner_and_age_until_it_is_settled(
    authority: Client,
) -> None:
    upload(authority, b"%PDF-1.7 not a list")
    work(at=clock.now())
    message = Message.objects.get()
    front = authority.get(reverse("front")).content.decode()
    assert "1 message waits unread" in front
    asked = reverse("refused", args=[message.ref])
    assert asked in front
    page = authority.get(asked).content.decode()
    assert "a PDF, not a table" in page
    assert "The intake team&#39;s" in page
    assert authority.post(reverse("refused-take-on", args=[message.ref]))["Location"] == asked
    assert "Ada Handler" in authority.get(reverse("quarantine")).content.decode()
    settle = reverse("refused-settle", args=[message.ref])
    assert authority.post(settle, {"reason": " "}).status_code == 422
    assert authority.post(settle, {"reason": "The sender sends it as CSV."}).status_code == 302
    assert "waits unread" not in authority.get(reverse("front")).content.decode()
    assert authority.get(asked).status_code == 404


def test_an_upload_whose_page_was_closed_is_on_the_front_page_until_its_mapping_is_chosen(
    authority: Client,
) -> None:
    mapping = upload(authority, b"Lab no,Outcome,Surname\nA1,POS,Example\n")["Location"]
    asked = reverse("refused", args=[Message.objects.get().ref])
    assert asked in authority.get(reverse("front")).content.decode()
    listed = authority.get(reverse("quarantine")).content.decode()
    assert "Nothing waits." not in listed
    assert asked in listed
    page = authority.get(asked).content.decode()
    assert mapping in page
    assert "The intake team&#39;s" in page
    settled = reverse("refused-settle", args=[Message.objects.get().ref])
    assert authority.post(settled, {"reason": "The wrong file."}).status_code == 302
    assert "Nothing waits." in authority.get(reverse("quarantine")).content.decode()


def test_a_message_with_an_earlier_ones_id_is_on_the_front_page_until_it_is_decided(
    authority: Client,
) -> None:
    keep(b"a\n1\n", message_id="m1", at=clock.now())
    apart = keep(b"a\n2\n", message_id="m1", at=clock.now())
    asked = reverse("refused", args=[apart])
    front = authority.get(reverse("front")).content.decode()
    assert asked in front
    assert "an earlier one has its id" in front
    assert "Nothing waits." not in authority.get(reverse("quarantine")).content.decode()
    page = authority.get(asked).content.decode()
    decide = reverse("quarantine-decide", args=[apart])
    assert decide in page
    assert reverse("refused-settle", args=[apart]) not in page
    assert authority.post(decide, {"take": "no"}).status_code == 302
    assert asked not in authority.get(reverse("front")).content.decode()


def test_the_country_and_the_time_zone_of_a_list_are_said_on_its_page(authority: Client) -> None:
    data = b"Lab no,Taken,Outcome,Surname,First name,Born\nA1,2020-10-01 01:00,POS,Example,Robin,04/03/1980\n"
    asked = upload(authority, data)["Location"]
    page = authority.get(asked).content.decode()
    assert re.search(r'name="country"[^>]*value="GB"', page)
    assert re.search(r'name="zone"[^>]*value="Europe/London"', page)
    chosen = fields() | {"order-5": "day"}
    wrong = authority.post(
        asked, {**HEAD, **chosen, "zone": "Mars/Olympus", "country": "gb", "look": "1"}
    )
    assert wrong.status_code == 422
    assert "Mars/Olympus is no time zone" in wrong.content.decode()
    assert "two capital letters" in wrong.content.decode()
    there = {"zone": "Asia/Kolkata", "country": "IN", "name": "dale-abroad"}
    looked = authority.post(asked, {**HEAD, **chosen, **there, "look": "1"}).content.decode()
    assert "2020-09-30 19:30 UTC" in looked
    assert authority.post(asked, {**HEAD, **chosen, **there, "save": "1"}).status_code == 302
    form = definitions.latest("mapping", "dale-abroad").form
    assert (form.file.zone, form.file.country) == ("Asia/Kolkata", "IN")


def fields() -> dict[str, str]:
    """What the form posts when a person agrees to all that is proposed."""
    return {
        "field-0": "report_id", "field-1": "taken_at", "field-2": "result", "field-3": "family_name",
        "field-4": "given_name", "field-5": "birth_date", "code-2-0": "positive", "code-2-1": "negative",
        "code-2-2": "", "order-5": "", "country": "GB", "zone": "Europe/London",
    }  # fmt: skip


LIST = b"""report_id,disease,result,taken_at,reported_at,family_name,given_name,birth_date
A1,covid,positive,2020-10-01,2020-10-02,Example,Robin,1980-03-04
A2,covid,perhaps,2020-10-01,2020-10-02,Sample,Sam,1990-01-02
"""


def answer_trials() -> None:
    with transaction.atomic(), acting(Role.MATCH):
        while answer_next(at=clock.now()):
            pass


def test_a_file_is_tried_before_it_is_loaded_and_nothing_of_it_is_kept(authority: Client) -> None:
    address = upload(authority, LIST, **{"try": "1"})["Location"]
    waiting = authority.get(address).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert authority.get(address, headers={"HX-Request": "true"}).status_code == 204
    answer_trials()
    part = authority.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    said = "2 rows would be read: 1 accepted, 1 in quarantine."
    assert f'<div id="trial-said" hx-swap-oob="innerHTML">{said}</div>' in part
    page = authority.get(address).content.decode()
    assert said in page
    assert "accepted, opens a case" in page
    assert "Sample" not in page
    assert not Message.objects.exists()
    assert not Sender.objects.filter(code="dale").exists()
    again = authority.get(f"{reverse('upload')}?sender=new&mapping=standard").content.decode()
    assert '<option value="standard" selected>' in again


def test_a_file_that_no_mapping_fits_is_not_tried_but_proposed_one(authority: Client) -> None:
    answer = upload(authority, FILE, **{"try": "1"})
    assert answer.status_code == 422
    assert "there is nothing to try yet" in answer.content.decode()


def test_mended_rows_are_tried_as_every_file_is(authority: Client) -> None:
    ref = keep(LIST, sender="lab")
    work()
    mended = io.StringIO()
    write_quarantine(mended, message_ref=ref)
    data = mended.getvalue().replace("perhaps", "negative").encode()
    address = upload(authority, data, **{"try": "1"})["Location"]
    answer_trials()
    assert "1 row would be read: 1 accepted" in authority.get(address).content.decode()
    assert set(IncomingRow.objects.values_list("place", flat=True)) == {"accepted", "quarantined"}


def test_undoing_is_tried_from_the_receipt_without_a_reason(authority: Client) -> None:
    ref = keep(LIST, sender="lab")
    work()
    address = authority.post(reverse("receipt-undo", args=[ref]), {"try": "1"})["Location"]
    answer_trials()
    page = " ".join(authority.get(address).content.decode().split())
    assert "2 rows would be withdrawn and 0 rows would stay." in page
    assert Message.objects.get().state == "parsed"
