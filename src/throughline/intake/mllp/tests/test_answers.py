"""What a sender is told: read back by the other parser, since it is theirs to read."""

from __future__ import annotations

from datetime import UTC, datetime

import hl7
import pytest

from throughline.intake.mllp.answers import Answer, Code, acknowledgement
from throughline.intake.rules.reception import hear

AT = datetime(2021, 6, 8, 15, 0, tzinfo=UTC)


def told(data: bytes, code: Code = "AA", sentence: str = "") -> hl7.Message:
    heard = hear(data, is_cut=False)
    answer = Answer(code=code, sentence=sentence, number="n1", at=AT)
    return hl7.parse(acknowledgement(answer, heard.envelope, heard.by, facility="Zexmouth"))


def message(*, msh_15: str = "", version: str = "2.5.1", seps: str = "|^~\\&") -> bytes:
    field, component = seps[0], seps[1]
    parts = [
        f"MSH{field}{seps[1:]}",
        "app",
        "North lab",
        "x",
        "y",
        "20210608",
        "",
        f"ORU{component}R01",
        "id-1",
        "D",
    ]
    return field.join([*parts, version, "", "", msh_15]).encode()


def test_an_acknowledgement_goes_back_to_where_the_message_came_from() -> None:
    answer = told(message())
    header, accepted = answer.segment("MSH"), answer.segment("MSA")
    assert [str(header[n]) for n in (3, 4, 5, 6, 7, 9, 10, 11, 12)] == [
        "THROUGHLINE", "Zexmouth", "app", "North lab", "20210608150000+0000", "ACK^R01^ACK", "n1", "D", "2.5.1",
    ]  # fmt: skip
    assert [str(accepted[n]) for n in (1, 2)] == ["AA", "id-1"]
    assert len(answer) == 2


def test_a_refusal_says_why_in_msa_and_in_err() -> None:
    answer = told(message(), "AR", "MSH-9 is 'ADT|x'; not here.")
    assert str(answer.segment("MSA")[1]) == "AR"
    assert answer.unescape(str(answer.segment("MSA")[3])) == "MSH-9 is 'ADT|x'; not here."
    assert [str(answer.segment("ERR")[n]) for n in (3, 4)] == [
        "200^Unsupported message type^HL70357",
        "E",
    ]


def test_versions_before_2_5_know_no_such_err() -> None:
    answer = told(message(version="2.3"), "AE", "A fault.")
    assert [str(segment[0]) for segment in answer] == ["MSH", "MSA"]
    assert str(answer.segment("MSA")[3]) == "A fault."
    assert str(answer.segment("MSH")[12]) == "2.3"


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        ("AL", "AA", "CA"),
        ("ER", "AE", "CE"),
        ("SU", "AR", "CR"),
        ("", "AA", "AA"),
        ("NE", "AA", "AA"),
    ],
)
def test_a_sender_that_asks_for_a_commit_gets_one(asked: str, code: Code, said: str) -> None:
    """One that asks for no answer gets one all the same: it could not know otherwise that we have its message."""
    assert str(told(message(msh_15=asked), code).segment("MSA")[1]) == said


def test_an_answer_is_written_in_the_senders_own_separators() -> None:
    answer = told(message(seps="*:;!/"), "AE", "a*b")
    assert str(answer.segment("MSH")[9]) == "ACK:R01:ACK"
    assert answer.unescape(str(answer.segment("MSA")[3])) == "a*b"


def test_what_has_no_header_is_answered_all_the_same() -> None:
    answer = told(b"nonsense", "AR", "Not a message.")
    assert str(answer.segment("MSA")[1]) == "AR"
    assert str(answer.segment("MSH")[9]) == "ACK^ACK"


def test_the_answer_is_of_ascii_and_of_one_line_a_segment_whatever_the_message_says() -> None:
    data = (
        message().replace(b"North lab", "Nörd\x07".encode()).replace(b"id-1", "ïd\x0b\x1c".encode())
    )
    heard = hear(data, is_cut=False)
    answer = Answer(code="AE", sentence="é\r\n\x1c\r", number="n1", at=AT)
    said = acknowledgement(answer, heard.envelope, heard.by, facility="")
    assert said.isascii()
    assert not {0x0B, 0x1C, 0x0A, 0x07} & set(said)
    assert said.count(b"\r") == 3


def test_a_sender_without_an_escape_sign_is_told_without_separators_in_the_sentence() -> None:
    heard = hear(message(seps="|^"), is_cut=False)
    answer = Answer(code="AR", sentence="MSH-9 is 'ADT^A01'; not here.", number="n1", at=AT)
    data = acknowledgement(answer, heard.envelope, heard.by, facility="North^lab")
    assert b"\x00" not in data
    assert b"MSH-9 is 'ADT A01'; not here." in data
    assert b"|North lab|" in data


def test_nothing_that_a_message_says_becomes_a_segment_of_the_answer() -> None:
    forged = message().replace(b"R01", b"R01\\X0D\\MSA\\F\\AA")
    answer = told(forged, "AR", "MSH-9 is none.")
    assert [str(segment[0]) for segment in answer] == ["MSH", "MSA", "ERR"]
    assert str(answer.segment("MSA")[1]) == "AR"
