"""Whose a message over the wire is, and what is against taking it."""

from __future__ import annotations

from uuid import UUID

import pytest

from throughline.intake.rules.reception import Door, hear, judge

NORTH, SOUTH = UUID(int=1), UUID(int=2)
BY_CODE = {"North lab": NORTH, "36D11": NORTH, "South lab": SOUTH}


def message(
    *, msh_4: str = "North lab", msh_6: str = "", kind: str = "ORU^R01", version: str = "2.5.1"
) -> bytes:
    header = f"MSH|^~\\&|app|{msh_4}|x|{msh_6}|20210608||{kind}|id-1|P|{version}"
    return f"{header}\rPID|1\rOBR|1\rOBX|1".encode()


def why(
    data: bytes,
    *,
    certified: UUID | None = None,
    needing: UUID | None = None,
    facility: str = "",
    cut: bool = False,
) -> tuple[UUID | None, str]:
    door = Door(
        by_code=BY_CODE,
        needs_certificate=frozenset({needing} if needing else ()),
        certified=certified,
        facility=facility,
    )
    judged = judge(hear(data, is_cut=cut), door)
    assert bool(judged.sentence) == bool(judged.why)
    return judged.sender, judged.why


def test_a_message_is_its_senders_by_either_part_of_msh_4() -> None:
    assert why(message()) == (NORTH, "")
    assert why(message(msh_4="Somewhere^36D11^CLIA")) == (NORTH, "")


def test_a_certificate_tells_the_sender_where_msh_4_tells_nobody() -> None:
    assert why(message(msh_4="")) == (None, "unknown_sender")
    assert why(message(msh_4=""), certified=SOUTH) == (SOUTH, "")


def test_the_certificate_of_another_sender_is_refused_and_kept_as_its_own() -> None:
    assert why(message(), certified=SOUTH) == (SOUTH, "certificate")
    assert why(message(), certified=NORTH, needing=NORTH) == (NORTH, "")


def test_a_sender_with_a_certificate_is_not_taken_at_its_word() -> None:
    assert why(message(), needing=NORTH) == (NORTH, "certificate")
    assert why(message(), needing=SOUTH) == (NORTH, "")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (message(kind="ADT^A01"), "envelope"),
        (message(kind="ORU"), "envelope"),
        (message(version="2.2"), "envelope"),
        (message(version="3.0"), "envelope"),
        (message().replace(b"id-1", b""), "envelope"),
        (message().replace(b"id-1", b"x" * 200), "envelope"),
        (message() + b"\rbroken", "content"),
        (message() + b"\x00", "content"),
        (message() + b"\xff", "content"),
        (message().replace(b"OBR|1\rOBX|1", b"PV1|1"), "content"),
    ],
)
def test_what_is_wrong_with_the_envelope_and_what_with_the_content_are_told_apart(
    data: bytes, reason: str
) -> None:
    assert why(data) == (NORTH, reason)


def test_what_is_no_message_is_nobodys() -> None:
    assert why(b"") == (None, "envelope")
    assert why(b"PID|1", certified=NORTH) == (NORTH, "envelope")


def test_a_message_for_another_receiver_is_not_for_us() -> None:
    assert why(message(msh_6="Elsewhere"), facility="Zexmouth") == (NORTH, "not_for_us")
    assert why(message(msh_6="Zexmouth"), facility="Zexmouth") == (NORTH, "")
    assert why(message(), facility="Zexmouth") == (NORTH, "")


def test_a_message_that_was_cut_off_is_refused() -> None:
    assert why(message(), cut=True) == (NORTH, "envelope")


def test_no_sentence_quotes_what_could_be_a_persons() -> None:
    for data in (message() + b"\rQuill^Ada", message() + b"\rPID|Quill\xff", b"PID|Quill"):
        door = Door(by_code={}, needs_certificate=frozenset(), certified=NORTH, facility="")
        assert "Quill" not in judge(hear(data, is_cut=False), door).sentence
