"""Messages changed at random, read by us and by the `hl7` package: an answer for each, and the same fields where both read.

A few thousand on every run; `THROUGHLINE_MESSAGES=1000000 pytest -m storm` on this file for as many as named.
"""

from __future__ import annotations

import os
import random
import sys
from collections import Counter

import hl7
import pytest

from throughline.definitions import load
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.parsing.hl7 import Message, Separators, Unreadable, split
from throughline.intake.unpacking.hl7.picking import cut
from throughline.intake.unpacking.hl7.rows import Rows

SEGMENTS = (
    "MSH|^~\\&|app|lab|||20201002120000+0100||ORU^R01|m1|P|2.5.1||||||UNICODE UTF-8",
    "PID|1||9434765919^^^NHS^NH~p1^^^lab&1&L^PI||O\\T\\Quill^Ada^^Zo\u00eb||19500102|F|||1 Row^^Zexmouth^^ZX1 2AB",
    "ORC|RE|O1|F1",
    "OBR|1||F1|94500-6^RNA^LN|||202010010900+0100|||||||||||||||20201002",
    "OBX|1|CWE|94500-6^RNA^LN||260373001^x^SCT||||||F|||202010010900+0100",
    "OBX|2|DT|65222-2^Onset^LN||20200930||||||F",
    "NTE|1||a \\.br\\ remark",
    "SPM|1|a&b^S1||258500001",
)
PIECES = (
    "|", "^", "~", "\\", "&", "\r", "\r\r", "||||", "^^", "&&", "~~", "\\F\\", "\\X41\\", "\\E", '""', " ", "MSH|", "PID|1",
    "\rOBX|3|ST|x||y", "\rZZZ|", "\t", "\u00e9", "\u2028", "\x0b", "\x0c", "\x1c", "\x85", "\x00", "2.5.1", "ORU^R01", "ACK",
)  # fmt: skip
SEPARATORS = ("|^~\\&", "*:;!/", "|~^\\&", "$^~#&", "|^~\\&#", "|^", "|^~")


def mutated(draw: random.Random) -> bytes:
    """A message with some of its segments, perhaps other separators, and a few changes anywhere."""
    segments = [SEGMENTS[0], *draw.choices(SEGMENTS[1:], k=draw.randint(0, 6))]
    text = "\r".join(segments) + "\r" * draw.randint(0, 1)
    if draw.random() < 0.2:
        signs = draw.choice(SEPARATORS)
        text = text.replace("^~\\&", "\x01", 1)
        text = text.translate(str.maketrans(dict(zip("|^~\\&", signs[:5], strict=False))))
        text = text.replace("\x01", signs[1:], 1)
    for _ in range(draw.choice((0, 1, 1, 2, 3, 6))):
        place = draw.randrange(len(text) + 1)
        end = min(place + draw.choice((0, 0, 1, 1, 4, 40)), len(text))
        text = text[:place] + draw.choice(("", draw.choice(PIECES))) + text[end:]
    return text.encode()


def compared(number: int, seed: int) -> Counter[str]:
    """Read so many, and return how many ended in which way."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    known = {one.id: one.form for one in load.shipped() if one.kind == "mapping"}
    form = known["hl7-oru"]
    assert isinstance(form, Mapping)
    reader, ends = Rows(form), Counter[str]()
    for _ in range(number):
        data = mutated(draw)
        message = _read(data)
        if message is None:
            ends["refused"] += 1
            continue
        rows = list(reader.of(message))
        assert rows, data
        assert all(len(row) == len(reader.header) for row in rows), data
        ends[_beside(data)] += 1
    return ends


def _read(data: bytes) -> Message | None:
    try:
        return split(data)
    except Unreadable as problem:
        sentence = problem.sentence
    assert sentence.endswith("."), data
    return None


def _beside(data: bytes) -> str:
    """Compare every field with what the other parser reads."""
    # It strips a whole message, has separators of its own where a message states fewer than four, and looks for them
    # elsewhere where the message ends with them.
    text = data.decode().strip()
    message = _read(text.encode())
    if message is None or len(message.by.stated) < 4 or len(message.header) < 4:
        return "read by us alone"
    try:
        other = hl7.parse(text)
    except Exception:  # it raises any kind; the tests bound how many it may leave to us alone
        return "read by us alone"
    assert [segment[0] for segment in message.segments] == [
        str(segment[0]) for segment in other if str(segment)
    ], data
    pairs = zip(message.segments, (segment for segment in other if str(segment)), strict=True)
    for ours, theirs in pairs:
        ours_cut = _cut(ours, message.by)
        theirs_cut = [_nested(one, 3) for one in theirs]
        if ours[0] == "MSH":
            # MSH-1 and MSH-2 are the separators themselves, behind which it leaves out an empty last field.
            ours_cut, theirs_cut = _body_of_msh(ours_cut), _body_of_msh(theirs_cut)
        assert ours_cut == theirs_cut, data
    return "read alike"


def _body_of_msh(fields: list[object]) -> list[object]:
    return fields[3:] if fields[3:] != [[[[""]]]] else []


def _cut(fields: list[str], by: Separators) -> list[object]:
    """Our fields, each as repetitions of components of sub-components."""
    return [
        [[part.split(by.subcomponent) for part in one] for one in cut(field, by)]
        for field in fields
    ]


def _nested(value: object, depth: int) -> object:
    """The other parser's, which leaves out levels of one."""
    if isinstance(value, str):
        return value if not depth else [_nested(value, depth - 1)]
    assert isinstance(value, list)
    return [_nested(one, depth - 1) for one in value]


def test_a_few_thousand_are_refused_or_read_alike() -> None:
    ends = compared(3000, seed=random.SystemRandom().randrange(10_000))
    assert min(ends["refused"], ends["read alike"]) > 300, ends


@pytest.mark.storm
def test_any_number_are_refused_or_read_alike() -> None:
    seed = random.SystemRandom().randrange(10_000)
    ends = compared(int(os.environ.get("THROUGHLINE_MESSAGES", "1000000")), seed)
    sys.stdout.write(f"seed {seed}: {dict(ends)}\n")
    assert ends["read alike"] > ends["read by us alone"]
