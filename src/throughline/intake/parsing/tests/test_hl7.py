"""HL7 v2 as bytes: separators, character sets, escapes, segments, batches; and bytes that are none of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.intake.parsing import FileRefused
from throughline.intake.parsing.hl7 import (
    MAX_MESSAGE,
    Broken,
    Separators,
    Unreadable,
    messages,
    split,
    starts,
)
from throughline.intake.parsing.hl7.escapes import escaped, plain
from throughline.intake.parsing.hl7.separators import USUAL

MSH = b"MSH|^~\\&|app|lab|||20210608||ORU^R01|1|P|2.5.1"
PID = b"PID|1||x~y||Quill^Ada"
WITH_TRUNCATION = Separators(
    field="|", component="^", repetition="~", escape="\\", subcomponent="&", truncation="#",
    stated="^~\\&#",
)  # fmt: skip


def said(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        split(data)
    return caught.value.sentence


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_segments_end_with_cr_lf_or_both(end: bytes) -> None:
    message = split(MSH + end + PID + end)
    assert [segment[0] for segment in message.segments] == ["MSH", "PID"]
    assert message.segments[1][3:6] == ["x~y", "", "Quill^Ada"]


def test_fields_of_msh_are_numbered_from_its_separator_on() -> None:
    header = split(MSH).header
    assert (header[1], header[2], header[3], header[9], header[12]) == (
        "|", "^~\\&", "app", "ORU^R01", "2.5.1",
    )  # fmt: skip


def test_separators_are_those_that_the_message_states() -> None:
    by = split(b"MSH*:;!/#*app").by
    assert (by.field, by.component, by.repetition, by.escape, by.subcomponent, by.truncation) == (
        "*", ":", ";", "!", "/", "#",
    )  # fmt: skip


@pytest.mark.parametrize(
    "header",
    [
        b"MSH|",
        b"MSH",
        b"MSH||a",
        b"MSH|^~\\&#%|",
        b"MSHA^~\\&A",
        b"MSH|^^\\&|",
        b"MSH|a|x",
        b"PID|1",
    ],
)
def test_separators_that_cannot_be_are_refused(header: bytes) -> None:
    assert "MSH" in said(header)


@pytest.mark.parametrize(
    ("stated", "data"),
    [
        (b"", "Åsa".encode()),
        (b"ASCII", b"Asa"),
        (b"8859/1", "Åsa".encode("latin-1")),
        (b"8859/15", "€uro".encode("iso8859-15")),
        (b"unicode  utf-8", "Zoë 王".encode()),
        (b"8859/1~UNICODE UTF-8", "Åsa".encode("latin-1")),
    ],
)
def test_text_is_read_in_the_character_set_that_msh_18_states(stated: bytes, data: bytes) -> None:
    message = split(MSH + b"||||||" + stated + b"\rPID|" + data)
    assert message.segments[1][1] in ("Åsa", "Asa", "€uro", "Zoë 王")


def test_a_character_set_that_is_not_known_is_named_with_those_that_are() -> None:
    sentence = said(MSH + b"||||||KLINGON\rPID|1")
    assert "'KLINGON'" in sentence
    assert "UNICODE UTF-8" in sentence


def test_bytes_that_are_not_of_the_stated_set_are_a_fault_and_are_not_quoted() -> None:
    sentence = said(MSH + b"||||||ASCII\rPID|Quill \xc5sa")
    assert "is not ASCII" in sentence
    assert "Quill" not in sentence
    assert "MSH-18 is empty" in said(MSH + b"\rPID|\xc5sa")


def test_the_mapping_says_how_to_read_what_states_no_character_set() -> None:
    assert split(MSH + b"\rPID|\xc5sa", otherwise="windows-1252").segments[1][1] == "Åsa"
    assert split(MSH + b"||||||8859/5\rPID|\xb0", otherwise="windows-1252").segments[1][1] == "А"


@pytest.mark.parametrize(
    "segments",
    [b"broken line", b"pid|1", b"P|1", b"PID|1\x00", MSH, b"PID" + b"|" * 500, b"NTE|1\r" * 5000],
)
def test_what_no_message_has_is_a_fault(segments: bytes) -> None:
    assert said(MSH + b"\r" + segments).endswith(".")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "a|b^c&d~e\\f"),
        ("\\X48C3A9\\", "Hé"),
        ("one\\.br\\two\\.sp\\three\\.sp2\\four\\.ce\\five", "one\ntwo\nthree\nfour\nfive"),
        ("\\H\\loud\\N\\ \\.in+4\\in\\.ti-2\\\\.fi\\\\.nf\\\\.sk3\\", "loud in"),
        # What is none stays as it was written: nothing is lost, and a name with such a sign is looked at.
        ("12\\3 Quill\\s", "12\\3 Quill\\s"),
        ("\\X4\\ \\XZZ\\ \\Q\\ \\", "\\X4\\ \\XZZ\\ \\Q\\ \\"),
        ("\\XFF\\", "\\XFF\\"),
        ("\\Zlocal\\", "\\Zlocal\\"),
        ("\\E\\F\\F\\", "\\F|"),
        # Truncation came with 2.7 and is stated in MSH-2, or is not there.
        ("\\P\\", "\\P\\"),
    ],
)
def test_escapes(written: str, meant: str) -> None:
    assert plain(written, USUAL) == meant


def test_the_truncation_sign_of_2_7_is_one_to_escape() -> None:
    assert plain("5\\P\\", WITH_TRUNCATION) == "5#"
    assert escaped("5#", WITH_TRUNCATION) == "5\\P\\"


@pytest.mark.parametrize(
    ("written", "codec", "meant"),
    [
        ("Ivan \\C2D4C\\°\\C2842\\ov", "iso8859_1", "Ivan Аov"),
        ("\\M2442\\4A;z\\C2842\\ Sato", "ascii", "漢字 Sato"),
        ("\\M2D41\\x", "ascii", "x"),
        ("Sp\\XE4\\te", "iso8859_1", "Späte"),
        ("\\C2D4C\\°", "utf-8", "°"),
    ],
)
def test_a_value_may_switch_its_character_set(written: str, codec: str, meant: str) -> None:
    assert plain(written, USUAL, codec) == meant


@given(st.text(), st.sampled_from([USUAL, WITH_TRUNCATION]))
def test_what_is_escaped_is_read_as_it_was(text: str, by: Separators) -> None:
    written = escaped(text, by)
    assert not {by.field, by.component, by.repetition, by.subcomponent, "\r", "\n"} & set(written)
    assert plain(written, by) == "".join(sign if sign.isprintable() else " " for sign in text)


@given(
    st.text(alphabet="\\FSTRE.XCM0124Ab^&~", max_size=40),
    st.sampled_from(["utf-8", "ascii", "iso8859_1"]),
)
def test_no_escape_is_too_odd_to_read(text: str, codec: str) -> None:
    assert isinstance(plain(text, USUAL, codec), str)


def cut(*chunks: bytes) -> list[bytes | Broken]:
    return list(messages(chunks))


def refused(*chunks: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        cut(*chunks)
    return str(caught.value)


def lines_of(*segments: bytes, end: bytes = b"\r") -> bytes:
    return b"".join(segment + end for segment in segments)


def test_a_file_may_hold_one_message_or_several() -> None:
    assert cut(lines_of(MSH, PID)) == [MSH + b"\r" + PID]
    assert cut(lines_of(MSH, PID, MSH, end=b"\n")) == [MSH + b"\n" + PID, MSH]


def test_frames_and_a_byte_order_mark_around_messages_are_no_part_of_them() -> None:
    assert cut(b"\xef\xbb\xbf" + MSH + b"\r\x1c\r\x0b" + MSH + b"\r" + PID + b"\r\x1c\r") == [
        MSH, MSH + b"\r" + PID,
    ]  # fmt: skip


@given(st.lists(st.integers(0, 400), max_size=6))
def test_messages_are_the_same_however_the_stream_is_cut(cuts: Iterable[int]) -> None:
    whole = lines_of(b"FHS|^~\\&|a", b"BHS|^~\\&|b", MSH, PID, MSH, b"BTS|2", b"FTS|1", end=b"\r\n")
    places = sorted({0, len(whole), *(min(place, len(whole)) for place in cuts)})
    assert cut(*(whole[a:b] for a, b in pairwise(places))) == [MSH + b"\r\n" + PID, MSH]


@pytest.mark.parametrize(
    "before", [b"\r", b"\r\n\x0b", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n", b"\n\xef\xbb\xbf"]
)
def test_what_stands_before_a_message_is_passed_over_however_the_stream_is_cut(
    before: bytes,
) -> None:
    whole = before + lines_of(MSH, PID)
    for place in range(1, len(before) + 6):
        assert cut(whole[:place], whole[place:]) == [MSH + b"\r" + PID]
    assert cut(*(whole[n : n + 1] for n in range(len(whole)))) == [MSH + b"\r" + PID]


def test_a_batch_is_whole_or_refused() -> None:
    batch = (b"BHS|^~\\&|lab", MSH, PID, MSH, PID)
    assert len(cut(lines_of(*batch, b"BTS|2"))) == 2
    assert len(cut(lines_of(*batch, b"BTS"))) == 2
    assert "BTS-1 says '3' messages and 2 came" in refused(lines_of(*batch, b"BTS|3"))
    assert "ends without BTS" in refused(lines_of(*batch))
    assert "'two'" in refused(lines_of(*batch, b"BTS|two"))


def test_a_file_of_batches_is_whole_or_refused() -> None:
    head, batch = b"FHS|^~\\&|lab", (b"BHS|^~\\&|lab", MSH, b"BTS|1")
    assert len(cut(lines_of(head, *batch, *batch, b"FTS|2"))) == 2
    assert "FTS-1 says '3' batches and 2 came" in refused(lines_of(head, *batch, *batch, b"FTS|3"))
    assert "ends without FTS" in refused(lines_of(head, *batch))
    assert "BHS is still open" in refused(lines_of(head, b"BHS|^~\\&|lab", MSH, b"FTS|1"))
    assert "inside what another began" in refused(lines_of(b"BHS|^~\\&|a", b"BHS|^~\\&|b"))
    assert "FHS-1 and FHS-2 are '|aa'" in refused(lines_of(b"FHS|aa|"))


def test_what_begins_with_no_header_is_refused() -> None:
    assert "'PID' where a message should begin" in refused(lines_of(PID))
    assert "'PID' where" in refused(lines_of(b"BHS|^~\\&|a", PID, b"BTS|0"))
    assert "'OBX' where" in refused(b"OBX|" + b"x" * MAX_MESSAGE)


def test_a_message_that_is_too_long_is_broken_and_the_next_is_fine() -> None:
    long = b"OBX|1|ED|" + b"x" * (MAX_MESSAGE // 3)
    broken, after = cut(lines_of(MSH, long, long, long, MSH))
    assert isinstance(broken, Broken)
    assert "longer than 1024 KB" in broken.sentence
    assert after == MSH


def test_a_line_without_an_end_takes_no_more_memory_than_one_message() -> None:
    def endless() -> Iterable[bytes]:
        yield MSH + b"\rOBX|"
        for _ in range(64):
            yield b"x" * MAX_MESSAGE
        yield b"\r" + MSH

    broken, after = messages(endless())
    assert isinstance(broken, Broken)
    assert after == MSH


@pytest.mark.parametrize(
    ("head", "is_one"),
    [
        (MSH, True),
        (b"\xef\xbb\xbf\r\nMSH|^~\\&|", True),
        (b"\x0bFHS|^~\\&\r", True),
        (b"BHS*:;!/*", True),
        (b"MSH,name,sex\n", False),
        (b"report_id,result\n", False),
        (b"MSH|code|name\n", False),
        (b"", False),
    ],
)
def test_hl7_is_known_by_its_first_bytes(head: bytes, is_one: bool) -> None:
    assert starts(head) is is_one


@given(st.data())
def test_whatever_becomes_of_the_bytes_there_is_an_answer(data: st.DataObject) -> None:
    """Each mutation of a message is read or refused with a sentence, as one or as a stream."""
    whole = bytearray(
        lines_of(MSH + b"||||||8859/1", PID, b"OBX|1|CWE|94500-6^a&b^LN||POS\\F\\\\X41\\")
    )
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(place, min(place + 6, len(whole))))
        whole[place:end] = data.draw(st.binary(max_size=6))
    with suppress(Unreadable):
        message = split(bytes(whole))
        for field in (field for segment in message.segments for field in segment):
            assert isinstance(plain(field, message.by, message.codec), str)
    with suppress(FileRefused):
        assert all(isinstance(one, bytes | Broken) for one in cut(bytes(whole)))
