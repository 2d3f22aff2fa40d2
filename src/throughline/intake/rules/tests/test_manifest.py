"""What a file says of itself: found whatever tool wrote it, and a file that differs is refused with one sentence."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.intake.rules.manifest import (
    Manifest,
    NoManifest,
    differs,
    read_beside,
    trailer_of,
)

HASH = sha256(b"a").hexdigest()


@pytest.mark.parametrize("end", ["", "\n", "\r\n", ",,,\r\n", ';;"";\n'])
@pytest.mark.parametrize("line", [f"#TRAILER,rows=12,sha256={HASH}", f"#TRAILER;rows=12;sha256={HASH}", f'"#TRAILER","rows=12","sha256={HASH.upper()}"'])  # fmt: skip
def test_a_last_line_is_found_as_spreadsheets_write_it(line: str, end: str) -> None:
    body = "a,b\r\n1,2\r\n"
    data = (body + line + end).encode()
    found = trailer_of(data[-300:], size=len(data))
    assert found is not None
    assert found.manifest == Manifest(rows=12, sha256=HASH)
    assert found.offset == len(body)


@pytest.mark.parametrize(
    "data", [b"", b"a,b\n1,2\n", b"x#TRAILER,rows=1\n", b"#TRAILER,rows=1\n1,2\n", b"#TRAILER,rows=-1\n", b"a\n#TRAILER\n"]
)  # fmt: skip
def test_any_other_line_is_a_row(data: bytes) -> None:
    assert trailer_of(data, size=len(data)) is None


@given(rows=st.integers(0, 10**9), body=st.text(max_size=50))
def test_the_line_begins_where_the_rows_end(rows: int, body: str) -> None:
    before = body.encode() + b"\n"
    data = before + f"#TRAILER,rows={rows}".encode()
    found = trailer_of(data, size=len(data) + 7)
    assert found is not None
    assert (found.manifest.rows, found.offset) == (rows, len(before) + 7)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"rows": "x"}', b'{"rows": -1}', b'{"rows": true}', b'{"sha256": "abc"}'])  # fmt: skip
def test_a_file_beside_that_says_nothing_says_what_it_should(data: bytes) -> None:
    with pytest.raises(NoManifest, match=r"\.$"):
        read_beside(data)


def test_a_file_beside_is_read() -> None:
    assert read_beside(b'{"rows": 5, "sha256": "%s"}' % HASH.upper().encode()) == Manifest(
        rows=5, sha256=HASH
    )


def test_only_what_is_said_is_compared() -> None:
    said = Manifest(rows=5, sha256=HASH)
    assert differs(said, rows=5, sha256=HASH) == ""
    assert "5 rows, and 4 are in it" in differs(said, rows=4, sha256=HASH)
    assert "SHA-256" in differs(said, rows=5, sha256="0" * 64)
    assert differs(Manifest(), rows=4, sha256=HASH) == differs(said, rows=None, sha256="") == ""
