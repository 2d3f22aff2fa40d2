"""What could tie up the machine is refused by its bytes, before anything is parsed, in a moment."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.intake.parsing.fhir import document
from throughline.intake.parsing.fhir.document import DEEPEST, MOST_BYTES, Json, read
from throughline.intake.parsing.fhir.issues import Refused
from throughline.intake.tests.fhir import as_bytes, observation, one_and

MANY = 2_000_000

BOMBS = {
    "lists within lists": b"[" * MANY,
    "objects within objects": b'{"a":' * MANY,
    "closed again": b'{"a":' + b"[" * MANY + b"]" * MANY + b"}",
    "a few too deep": b'{"a":' + b"[" * DEEPEST + b"]" * DEEPEST + b"}",
    "behind an escaped quote": b'{"a":"\\"","b":' + b"[" * 500 + b"]" * 500 + b"}",
    "behind an escaped backslash": b'{"a":"\\\\","b":' + b"[" * 500 + b"]" * 500 + b"}",
    "a million of lists": b'{"a":[' + b"[]," * 1_000_000 + b"[]]}",
    "too many resources": b'{"a":[' + b'{"resourceType":1},' * 30_000 + b"1]}",
    "too long": b" " * (MOST_BYTES + 1),
    "quotes without end": b'{"a":"' + b'\\"' * MANY,
    "one quote": b'"' * 4_000_001,
    "nothing": b"",
    "no object": b"[1, 2]",
    "no JSON": b"<Bundle/>",
    "no UTF-8": b'{"a":"\xff"}',
    "half a pair": b'{"a":"\\ud800"}',
    "no number": b'{"a":NaN}',
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_two_seconds_with_a_sentence(name: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Refused) as refused:
        read(BOMBS[name])
    assert time.monotonic() - begun < 2
    (issue,) = refused.value.issues
    assert issue.sentence.endswith(".")
    assert len(issue.sentence) < 200


def test_a_message_in_order_is_read() -> None:
    sent = one_and(observation(valueString='brackets [[[[ and "quotes" \\ in a text'))
    assert read(as_bytes(sent)) == sent


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=30,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_whatever_is_in_its_texts_what_is_not_too_deep_is_read_as_it_is(sent: Json) -> None:
    assert read(as_bytes(sent)) == sent


@given(depth=st.integers(1, 2 * DEEPEST), text=st.text())
def test_depth_is_counted_outside_of_texts_alone(depth: int, text: str) -> None:
    sent: object = text
    for _ in range(depth - 1):
        sent = [sent]
    data = as_bytes({text: sent})
    if depth <= DEEPEST:
        assert read(data)
    else:
        with pytest.raises(Refused, match="deep"):
            read(data)


@given(st.binary(max_size=300))
def test_no_bytes_bring_it_down(data: bytes) -> None:
    with suppress(Refused):
        assert isinstance(document.read(data), dict)
