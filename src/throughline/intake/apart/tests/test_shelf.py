"""The shelf of hostile files: each is refused with a sentence, cheaply, and the next good one is read."""

from __future__ import annotations

import gzip
import io
import resource
import subprocess
import sys
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import pytest

from throughline.intake import apart
from throughline.intake.apart import archive, child, limits, parent
from throughline.intake.apart.tests import shelf
from throughline.intake.apart.tests.shelf import HEADER, cell, sheet_xml, workbook, zipped
from throughline.intake.parsing import FileRefused

MB = 1024 * 1024
SECONDS = 2
GOOD = b"report_id,result\nr1,positive\n"


def many_columns() -> bytes:
    return workbook(sheet_xml([HEADER, cell("XFD2", "x")]))


def endless_tag() -> bytes:
    # Of numbers, so that it is not refused already for unpacking to too much.
    value = "".join(f"{n:x}" for n in range(3 * MB))
    return workbook(sheet_xml([HEADER]).replace("<row", f'<row a="{value}"', 1))


def deep() -> bytes:
    return workbook(sheet_xml([HEADER, "<x>" * 300_000]))


def lying(size: int) -> bytes:
    """An archive that says its member has so many bytes, which it has not."""
    data = GOOD * 1000
    return shelf.one_member("list.csv", shelf.deflated(data), crc=zlib.crc32(data), size=size)


SHELF = {
    "ten thousand million zeros": (lambda: shelf.of_zeros(10_000 * MB), "more than 100 times"),
    "zeros in gzip": (lambda: gzip.compress(bytes(20 * MB), 9), "more than 100 times"),
    "an archive in an archive": (lambda: zipped({"a.zip": zipped({"b": GOOD})}), "another archive"),
    "gzip in gzip": (lambda: gzip.compress(gzip.compress(GOOD)), "another archive"),
    "members over one another": (shelf.overlapping, "over one another"),
    "a link": (shelf.linked, "a link, not a file"),
    "a way out": (lambda: zipped({"../../etc/cron.d/x": GOOD}), "points out of it"),
    "a way out by backslashes": (lambda: zipped({"..\\x.csv": GOOD}), "points out of it"),
    "an absolute way": (lambda: zipped({"/etc/passwd": GOOD}), "points out of it"),
    "two files": (lambda: zipped({"a.csv": GOOD, "b.csv": GOOD}), "holds 2 files"),
    "nothing": (lambda: zipped({}), "holds 0 files"),
    "a member without a name": (
        lambda: shelf.one_member("", shelf.deflated(GOOD), crc=zlib.crc32(GOOD), size=len(GOOD)), "no name",
    ),
    "many members": (lambda: zipped({f"{n}.csv": b"" for n in range(2001)}), "2001 members"),
    "fewer bytes than it says": (lambda: lying(2 * MB), "damaged"),
    "more bytes than it says": (lambda: lying(100), "damaged"),
    "an archive cut off": (lambda: zipped({"a.csv": GOOD * 100})[:-30], "cut off"),
    "gzip cut off": (lambda: gzip.compress(GOOD * 1000)[:-12], "cut off"),
    "a billion laughs": (shelf.laughing, "declares a document type"),
    "another file's text": (shelf.outside, "declares a document type"),
    "a workbook of zeros": (lambda: workbook(sheet_xml([HEADER, " " * 20 * MB])), "100 times"),
    "ten million rows of nothing": (
        lambda: workbook(sheet_xml([HEADER, "<row/>" * 10_000_000])), "more than 100 times",
    ),
    "ten million texts of nothing": (
        lambda: workbook(sheet_xml([HEADER]), sharedStrings=f"<sst>{'<si/>' * 10_000_000}</sst>"),
        "more than 100 times",
    ),
    "sixteen thousand columns": (many_columns, "more than 1000 columns"),
    "a tag without end": (endless_tag, "XML is broken"),
    "tags that never close": (deep, "XML is broken|100 times"),
    "a cell of a million letters": (
        lambda: workbook(sheet_xml([HEADER, cell("A2", "xyzzy" * 200_000)])),
        "more than 256,000 characters",
    ),
    "broken XML": (lambda: workbook(sheet_xml([HEADER, "<c><v>1</c>"])), "XML is broken"),
    "no workbook": (lambda: zipped({"xl/workbook.xml": "<workbook/>"}), "no workbook"),
    "another way of packing": (
        lambda: zipped({"a.csv": GOOD}).replace(b"PK\x03\x04\x14\x00\x00\x00\x08\x00", b"PK\x03\x04\x14\x00\x00\x00\x61\x00")
            .replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x08\x00", b"PK\x01\x02\x14\x03\x14\x00\x00\x00\x61\x00"),
        "not read here",
    ),
    "a password": (
        lambda: zipped({"a.csv": GOOD}).replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
        "password",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHELF)
def test_a_hostile_file_is_refused_with_a_sentence_within_two_seconds_of_work(name: str) -> None:
    make, sentence = SHELF[name]
    data = make()
    before = spent()
    with pytest.raises(FileRefused, match=sentence):
        for _ in apart.opened([data], separator=","):
            pass
    assert spent() - before < SECONDS


def test_sheets_that_are_too_much_together_are_refused_before_any_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sheet = sheet_xml([HEADER, *(cell(f"A{n}", f"r{n}") for n in range(2, 40))])
    monkeypatch.setattr(limits, "UNPACKED", len(sheet) * 2)
    remarks: list[str] = []
    for sheets, is_refused in ((1, False), (3, True)):
        file = io.BytesIO(workbook(*[sheet] * sheets))
        source = archive.contents(file, separator=",", remarks=remarks)
        if is_refused:
            with pytest.raises(FileRefused, match="more than 1 GB"):
                next(source)
        else:
            assert b"r39" in b"".join(source)


def test_the_next_good_file_is_read() -> None:
    with pytest.raises(FileRefused):
        b"".join(apart.opened([shelf.laughing()], separator=","))
    assert b"".join(apart.opened([zipped({"a.csv": GOOD})], separator=",")) == GOOD
    assert b"r1,Ada" in b"".join(
        apart.opened(
            [workbook(sheet_xml([HEADER, cell("A2", "r1") + cell("B2", "Ada")]))], separator=","
        )
    )


def test_whatever_opens_a_file_has_no_more_memory_than_512_mb() -> None:
    take = "from throughline.intake.apart import limits; limits.take_on(); bytearray({} * 2**20)"
    for size, code in ((256, 0), (520, 1)):
        done = subprocess.run([sys.executable, "-c", take.format(size)], stderr=subprocess.PIPE)
        assert done.returncode == code
    assert b"MemoryError" in done.stderr


def test_a_file_that_stops_whatever_opens_it_is_refused_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parent, "CHILD", "antigravity.that_is_not_there")
    with pytest.raises(FileRefused, match="512 MB of memory or 20 seconds"):
        b"".join(apart.opened([zipped({"a.csv": GOOD})], separator=","))


def test_a_fault_of_ours_is_no_limit_and_tells_its_kind_and_place_without_the_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(file: BinaryIO, *, separator: str, remarks: list[str]) -> Iterator[bytes]:
        raise LookupError(file.read().decode())

    monkeypatch.setattr(child, "contents", fail)
    assert child.run(io.BytesIO(b"Ada Marlow"), separator=",") == limits.FAILED
    said = capsys.readouterr().err
    assert "LookupError at" in said
    assert "test_shelf.py" in said
    assert "Marlow" not in said


def spent() -> float:
    """Seconds of processor time that children have used; how long they waited for one says nothing of them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
