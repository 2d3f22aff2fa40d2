"""Files sent to the door: whole or not at all, of any size, and stored once."""

from __future__ import annotations

import base64
import io
from errno import ECONNRESET
from functools import partial
from hashlib import sha256
from threading import Event, Thread, Timer
from threading import enumerate as enumerate_threads
from time import monotonic
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest

from throughline.core import clock
from throughline.intake.models import CHUNK, Chunk, Message
from throughline.intake.tests.world import as_csv, row, work
from throughline.web.door import bodies
from throughline.web.door.bodies import pieces
from throughline.web.door.denied import Denied
from throughline.web.door.patience import PIECE, in_time
from throughline.web.door.tests.conftest import Machine

pytestmark = pytest.mark.django_db


def test_a_csv_is_stored_read_and_accounted_for(lab: Machine) -> None:
    found = lab.post("/messages", as_csv([row(1), row(2)]), media="text/csv; charset=utf-8")
    told = found.json()
    assert (found.status_code, told["already"], told["state"]) == (202, False, "stored")
    work(at=clock.now())
    assert lab.get(told["receipt"]).json()["places"]["accepted"] == 2


def test_a_file_larger_than_a_chunk_is_kept_in_several(lab: Machine) -> None:
    data = as_csv(row(n, setting="x" * 190) for n in range(4000))
    lab.post("/messages", data, media="text/csv")
    assert Chunk.objects.count() == -(-len(data) // CHUNK) > 1
    assert b"".join(bytes(one.bytes) for one in Chunk.objects.order_by("number")) == data


def test_the_same_file_again_has_the_same_receipt(lab: Machine, other: Machine) -> None:
    first, again = (lab.post("/messages", as_csv([row(1)]), media="text/csv") for _ in range(2))
    assert (first.status_code, again.status_code, again.json()["already"]) == (202, 200, True)
    assert first.json()["receipt"] == again.json()["receipt"]
    theirs = other.post("/messages", as_csv([row(1)]), media="text/csv")
    assert theirs.status_code == 202, "another sender's file is another's"


def test_the_same_id_with_other_content_is_a_conflict_and_kept(lab: Machine) -> None:
    lab.post("/messages", as_csv([row(1)]), media="text/csv", Idempotency_Key="day-1")
    found = lab.post("/messages", as_csv([row(2)]), media="text/csv", Idempotency_Key="day-1")
    assert (found.status_code, found["Content-Type"]) == (
        409,
        "application/problem+json; charset=utf-8",
    )
    assert Message.objects.filter(state="conflict").count() == 1


def digest(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(sha256(data).digest()).decode()}:"


def test_what_was_refused_at_the_door_has_no_claim_to_its_id(lab: Machine) -> None:
    whole, cut = as_csv([row(1), row(2)]), as_csv([row(1)])
    named = {"media": "text/csv", "Idempotency_Key": "day-1", "Content_Digest": digest(whole)}
    refused = lab.post("/messages", cut, **named)
    assert refused.status_code == 422
    again = lab.post("/messages", cut, **named)
    assert (again.status_code, again["Location"]) == (422, refused["Location"])
    found = lab.post("/messages", whole, **named)
    assert (found.status_code, found.json()["already"]) == (202, False)
    assert Message.objects.filter(state="refused").count() == 1


@pytest.mark.parametrize("named", [{}, {"Idempotency_Key": "day-1"}], ids=["no id", "an id"])
def test_a_file_refused_for_a_wrong_digest_is_taken_with_the_right_one(
    lab: Machine, named: dict[str, str]
) -> None:
    data = as_csv([row(1)])
    wrong = lab.post("/messages", data, media="text/csv", Content_Digest=digest(b"x"), **named)
    assert wrong.status_code == 422
    right = lab.post("/messages", data, media="text/csv", Content_Digest=digest(data), **named)
    assert right.status_code == 202
    # It is here: what is wrong is the header alone.
    late = lab.post("/messages", data, media="text/csv", Content_Digest=digest(b"x"), **named)
    assert (late.status_code, late.json()["receipt"]) == (200, right.json()["receipt"])
    work(at=clock.now())
    assert lab.get(right.json()["receipt"]).json()["places"]["accepted"] == 1


@pytest.mark.parametrize(
    "media", ["application/json", "application/fhir+json", "application/vnd.ms-excel", "text/html"]
)
def test_what_has_another_address_or_none_is_refused(lab: Machine, media: str) -> None:
    found = lab.post("/messages", b"{}", media=media)
    assert found.status_code == 415
    assert "text/csv" in found.json()["detail"]


def request(body: bytes, **meta: Any) -> Any:
    from django.core.handlers.wsgi import WSGIRequest

    return WSGIRequest(
        {"REQUEST_METHOD": "POST", "PATH_INFO": "/messages", "wsgi.input": io.BytesIO(body), **meta}
    )


def test_a_body_in_pieces_of_no_stated_length_is_read_to_its_end() -> None:
    sent = b"x" * (CHUNK + 5)
    digest = base64.b64encode(sha256(sent).digest()).decode()
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "HTTP_CONTENT_DIGEST": f"sha-256=:{digest}:"}
    found = list(pieces(request(sent, **chunked)))
    assert b"".join(found) == sent
    assert max(map(len, found)) == PIECE
    with pytest.raises(Denied) as cut:
        list(pieces(request(sent[:-1], **chunked)))
    assert (cut.value.status, cut.value.issues[0].code) == (400, "incomplete")


def test_a_chunked_body_that_says_nothing_by_which_a_cut_is_seen_is_refused(lab: Machine) -> None:
    for more in ({}, {"CONTENT_LENGTH": "9"}):
        with pytest.raises(Denied) as refused:
            list(pieces(request(b"something", HTTP_TRANSFER_ENCODING="chunked", **more)))
        assert refused.value.status == 411
        assert "Content-Digest" in refused.value.issues[0].sentence


def test_a_body_that_ends_before_its_length_is_cut_and_no_message(lab: Machine) -> None:
    with pytest.raises(Denied) as cut:
        list(pieces(request(b"half", CONTENT_LENGTH="8")))
    assert (cut.value.status, cut.value.headers) == (400, {"Connection": "close"})
    assert "4 of its 8 bytes came" in cut.value.issues[0].sentence


def test_a_body_without_a_length_is_refused_and_not_taken_for_an_empty_one(lab: Machine) -> None:
    with pytest.raises(Denied) as refused:
        list(pieces(request(b"something")))
    assert refused.value.status == 411


def test_a_sender_that_drips_is_cut_off_and_nothing_of_it_is_kept(
    lab: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "in_time", partial(in_time, patience=0.2))
    open_, never = Event(), Event()

    class Drips(io.RawIOBase):
        """A connection of which the first bytes come, and the rest never."""

        def read(self, size: int = -1) -> bytes:
            if not open_.is_set():
                open_.set()
                return b"report_id,"
            never.wait(10)
            return b""

    begun = monotonic()
    # The sender lets go: answered before, while it is still read from, the whole web server would stand.
    letting_go = Timer(1.0, never.set)
    letting_go.start()
    with pytest.raises(Denied) as caught:
        list(bodies.pieces(_request(Drips(), length=100)))
    assert never.is_set()
    letting_go.join()
    assert (caught.value.status, caught.value.headers) == (408, {"Connection": "close"})
    assert "came too slowly" in caught.value.issues[0].sentence
    assert monotonic() - begun < 5


def test_a_body_that_comes_in_time_is_whole_whatever_its_pieces() -> None:
    data = bytes(range(256)) * 1000
    assert b"".join(in_time(io.BytesIO(data).read)) == data
    assert {len(one) for one in in_time(io.BytesIO(data).read)} == {
        PIECE,
        len(data) % PIECE,
    }


def test_the_threads_that_wait_for_bodies_are_as_many_as_the_servers_own_and_end_with_them() -> (
    None
):
    def waiting() -> set[Thread]:
        return {one for one in enumerate_threads() if one.name == "body"}

    def serve() -> None:
        for _ in range(5):
            assert list(in_time(io.BytesIO(b"whole").read)) == [b"whole"]
        seen.append(waiting() - before)

    before, seen = waiting(), list[set[Thread]]()
    for _ in range(3):
        server = Thread(target=serve)
        server.start()
        server.join()
        (one,) = seen.pop()
        one.join(5)
        assert not one.is_alive()


def test_what_fails_while_it_is_read_fails_where_it_is_waited_for() -> None:
    def torn(_most: int) -> bytes:
        raise ConnectionResetError(ECONNRESET, "gone")

    with pytest.raises(ConnectionResetError):
        list(in_time(torn))


def _request(stream: io.RawIOBase, *, length: int) -> HttpRequest:
    return WSGIRequest(
        {"REQUEST_METHOD": "POST", "wsgi.input": stream, "CONTENT_LENGTH": str(length)}
    )
