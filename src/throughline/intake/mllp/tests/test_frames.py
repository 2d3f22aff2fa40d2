"""Frames of MLLP, however the bytes of a connection are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.intake.mllp.frames import END, START, Frame, Frames, NotAFrame

MESSAGES = st.binary(max_size=40).map(lambda data: data.replace(START, b"").replace(b"\x1c", b""))


def frames_of(*pieces: bytes, most: int = 100) -> list[Frame]:
    frames, found = Frames(most), []
    for piece in pieces:
        frames.feed(piece)
        while (frame := frames.next()) is not None:
            found.append(frame)
            if frame.is_cut:
                return found
    return found


@given(st.lists(MESSAGES, max_size=5), st.lists(st.integers(0, 250), max_size=8))
def test_frames_are_the_same_however_the_bytes_are_cut(
    messages: list[bytes], cuts: list[int]
) -> None:
    whole = b"".join(START + message + END for message in messages)
    places = sorted({0, len(whole), *(min(place, len(whole)) for place in cuts)})
    found = frames_of(*(whole[a:b] for a, b in pairwise(places)))
    assert found == [Frame(message) for message in messages]


def test_two_frames_in_one_packet_are_two_messages() -> None:
    assert frames_of(START + b"one" + END + START + b"two" + END) == [Frame(b"one"), Frame(b"two")]


def test_half_a_frame_is_none() -> None:
    frames = Frames(100)
    frames.feed(START + b"one\x1c")
    assert frames.next() is None
    assert frames.is_within
    frames.feed(b"\x0d")
    assert frames.next() == Frame(b"one")
    assert not frames.is_within


def test_a_frame_that_begins_within_another_takes_its_place() -> None:
    assert frames_of(START + b"half of on" + START + b"whole" + END) == [Frame(b"whole")]


def test_line_ends_between_frames_are_nothing() -> None:
    assert frames_of(b"\r\n", START + b"one" + END + b"\n", START + b"two" + END) == [
        Frame(b"one"), Frame(b"two"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data", [b"GET / HTTP/1.1\r\n", b"\x16\x03\x01", b"MSH|", START + END + b"x"]
)
def test_what_is_no_frame_is_not_guessed_at(data: bytes) -> None:
    with pytest.raises(NotAFrame):
        frames_of(data)


@pytest.mark.parametrize("ended", [b"", END])
def test_a_message_that_is_too_long_is_cut_and_said_to_be(ended: bytes) -> None:
    (frame,) = frames_of(START + b"x" * 300 + ended)
    assert frame == Frame(b"x" * 100, is_cut=True)
    assert frames_of(START + b"x" * 100 + END) == [Frame(b"x" * 100)]
