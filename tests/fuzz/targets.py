"""What is true of every file whatever is in it, by format: rows, each a record or a fault, or one sentence.

Knows no database and no fuzzer: `script/fuzz` runs these with bytes guided by the code that they reach, and
test_targets.py with a few on every run.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import cast
from uuid import UUID

from throughline.definitions import load
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.apart.archive import contents
from throughline.intake.apart.tests.shelf import HEADER, cell, sheet_xml, workbook, zipped
from throughline.intake.mllp.answers import Answer, acknowledgement
from throughline.intake.parsing import FileRefused, Position, Row, find_layout, from_offset, rows
from throughline.intake.parsing.fhir.issues import Refused
from throughline.intake.parsing.hl7 import Broken, messages, split
from throughline.intake.parsing.layout import HEAD, Layout
from throughline.intake.rules.claims import claim_of
from throughline.intake.rules.compiled import compile_mapping
from throughline.intake.rules.reception import Door, hear, judge
from throughline.intake.rules.record import Fault, Record
from throughline.intake.tests import fhir as resources
from throughline.intake.unpacking import FORMATS, fhir, hl7, unpacked
from throughline.people.rules.sought import seek

AT = datetime(2020, 10, 3, 10, 0, tzinfo=UTC)
SENTENCE = re.compile(r"[^\r\n]{10,}[.?]", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Target:
    """What reads a format, files of it to begin with, and words that it knows."""

    check: Callable[[bytes], object]
    seeds: Callable[[], Iterable[bytes]]
    words: tuple[bytes, ...] = ()


def form(name: str) -> Mapping:
    """Return the shipped mapping of that name."""
    known = {one.id: one.form for one in load.shipped() if one.kind == "mapping"}
    return cast(Mapping, known[name])


def read(data: bytes, by: Mapping) -> list[Record | Fault] | None:
    """Read a file as the worker does; None where it was refused with one sentence."""
    try:
        text = b"".join(unpacked([data], by)) if by.file.format in FORMATS else data
        return _records(text, by)
    except FileRefused as refused:
        _is_sentence(str(refused))
        return None


def _records(text: bytes, by: Mapping) -> list[Record | Fault]:
    layout = find_layout(text[:HEAD], encoding=by.file.encoding, separator=by.file.separator)
    reader = _reader(by.file.format, layout.columns)
    return [_record(row, reader) for row in rows(_body(text, layout), layout)]


@lru_cache(maxsize=256)
def _reader(
    file_format: str, columns: tuple[str, ...]
) -> Callable[[Sequence[str]], Record | Fault]:
    """The mapping's reader; to make one takes longer than to read a file."""
    return compile_mapping(OF[file_format], columns, received_at=AT)


def _body(text: bytes, layout: Layout) -> Iterable[bytes]:
    return from_offset([text], layout.body.offset)


def _record(row: Row, reader: Callable[[Sequence[str]], Record | Fault]) -> Record | Fault:
    if row.fields is None:
        assert row.fault
        _is_sentence(row.said or "")
        return Fault(column="", value="", reason=row.fault, allowed=row.said or "")
    said = reader(row.fields)
    if isinstance(said, Fault):
        _is_sentence(said.sentence.replace("\r", " ").replace("\n", " "))
        return said
    # What is looked for of a person is worked out before the database is asked.
    seek(claim_of(said, sender="lab"))
    return said


def _is_sentence(text: str) -> None:
    assert SENTENCE.fullmatch(text), f"no sentence: {text!r}"


STANDARD, HL7, FHIR = form("standard"), form("hl7-oru"), form("fhir-r4")
OF = {one.file.format: one for one in (STANDARD, HL7, FHIR)}


def check_hl7(data: bytes) -> None:
    """As a file: rows or a sentence, however it is cut. As a message: one answer, which is HL7 itself."""
    cut = len(data) // 2
    assert _streamed([data]) == _streamed([data[:cut], data[cut:]])
    try:
        header, *flat = hl7.flat([data], HL7)
    except FileRefused:
        pass
    else:
        assert all(len(row) == len(header) for row in flat)
        assert len(flat) >= len(list(messages([data])))
        found = read(data, HL7)
        # Without the first bytes of a message the file is none; else each row is read as one.
        assert found is None or len(found) == len(flat), "a row was lost between message and ledger"
    _is_answered(data)


def _streamed(chunks: list[bytes]) -> list[bytes | Broken] | str:
    try:
        return list(messages(chunks))
    except FileRefused as refused:
        _is_sentence(str(refused))
        return str(refused)


def _is_answered(data: bytes) -> None:
    door = Door(
        by_code={"lab": UUID(int=1)}, needs_certificate=frozenset(), certified=None, facility=""
    )
    heard = hear(data, is_cut=False)
    judged = judge(heard, door)
    answer = Answer(code="AR" if judged.why else "AA", sentence=judged.sentence, number="1", at=AT)
    said = split(acknowledgement(answer, heard.envelope, heard.by, facility="here"))
    assert [segment[0] for segment in said.segments].count("MSA") == 1
    assert said.segments[1][1] in ("AA", "AR", "CA", "CR")


def check_fhir(data: bytes) -> None:
    """The door says of a message what the worker will find in it."""
    try:
        judged = fhir.judged(data, FHIR, received_at=AT, allow_drama_numbers=False)
    except Refused as refused:
        for issue in refused.issues:
            _is_sentence(issue.sentence)
        judged = None
    found = read(data, FHIR)
    if judged is None:
        assert found is None, "the door refused what the worker reads"
        return
    for issue in judged.issues:
        _is_sentence(issue.sentence.replace("\r", " ").replace("\n", " "))
    if found is not None:
        assert len(found) == len(judged.rows), "a row was lost between door and ledger"
        good = [not issues for _, issues in judged.rows]
        assert good == [isinstance(one, Record) for one in found]


def check_csv(data: bytes) -> None:
    """Rows lie one behind the other, and those after any of them are the same when reading begins there."""
    read(data, STANDARD)
    try:
        layout = find_layout(data[:HEAD])
    except FileRefused:
        return
    found = list(rows(_body(data, layout), layout))
    end = layout.body.offset
    for row in found:
        assert row.offset >= end
        assert (row.fields is None) == (row.fault is not None)
        end = row.offset + row.length
    assert end <= len(data)
    assert [row.row for row in found] == list(range(1, len(found) + 1))
    if found:
        after: Position = found[len(found) // 2].after
        rest = list(rows(from_offset([data], after.offset), layout, after))
        assert rest == found[len(found) // 2 + 1 :], "reading goes on elsewhere after a restart"
    cut = len(data) // 3
    pieces = [data[:cut], data[cut : cut + 1], data[cut + 1 :]]
    assert list(rows(_after(pieces, layout.body.offset), layout)) == found


def _after(pieces: Iterable[bytes], offset: int) -> Iterable[bytes]:
    return from_offset(pieces, offset)


PARTS = ("worksheets_sheet1", "sharedStrings", "styles", "workbook", "archive")


def check_xlsx(data: bytes) -> None:
    """A packed file is text or refused. The first byte says of which part of a workbook the others are, or of all."""
    part = PARTS[data[0] % len(PARTS)] if data else "archive"
    body = data[1:]
    packed = body if part == "archive" else _workbook_with(part, body)
    try:
        text = b"".join(contents(io.BytesIO(packed), separator=",", remarks=[]))
    except FileRefused as refused:
        _is_sentence(str(refused))
        return
    read(text, STANDARD)


COLUMNS = ("report_id", "disease", "result", "birth_date", "family_name")
SHEET = sheet_xml(
    [
        "".join(cell(f"{letter}1", name) for letter, name in zip("ABCDE", COLUMNS, strict=True)),
        cell("A2", "r1") + cell("B2", "covid") + '<c r="C2" t="s"><v>0</v></c><c r="D2" s="1"><v>20000</v></c>'
        + cell("E2", "Quill", "str"),
    ]
)  # fmt: skip
STRINGS = "<sst><si><t>positive</t></si><si><r><t>neg</t></r><r><t>ative</t></r><rPh><t>x</t></rPh></si></sst>"
STYLES = (
    '<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd/mm/yyyy"/></numFmts>'
    '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="46"/></cellXfs></styleSheet>'
)
BOOK = (
    '<workbook xmlns:r="urn:r"><workbookPr date1904="0"/><sheets>'
    '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
)


def _workbook_with(part: str, body: bytes) -> bytes:
    parts = {
        "worksheets_sheet1": SHEET.encode(), "sharedStrings": STRINGS.encode(), "styles": STYLES.encode(),
        "workbook": BOOK.encode(),
    } | {part: body}  # fmt: skip
    relation = (
        '<Relationships><Relationship Id="r1" Type="urn:x/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>"
    )
    files = {f"xl/{name.replace('_', '/')}.xml": text for name, text in parts.items()}
    return zipped({**files, "xl/_rels/workbook.xml.rels": relation})


def hl7_seeds() -> Iterable[bytes]:
    """Messages, a batch, other separators, another character set, an escape."""
    msh = "MSH|^~\\&|app|lab|||20201002120000+0100||ORU^R01|m1|P|2.5.1||||||UNICODE UTF-8\r"
    pid = "PID|1||9434765919^^^NHS^NH~p1^^^lab^PI||Quill^Ada||19500102|F|||1 Row^^Zexmouth^^ZX1 2AB||07700900001^PRN^CP\r"
    obr = "OBR|1||F1|94500-6|||202010010900+0100" + "|" * 18 + "C\r"
    obx = "OBX|1|CWE|94500-6^RNA^LN||260373001^x^SCT||||||F|||202010010900+0100\r"
    asked = "OBX|2|DT|65222-2^Onset^LN||20200930||||||F" + "|" * 18 + "QST\r"
    one = (
        msh
        + pid
        + obr
        + obx
        + asked
        + "SPM|1|a&b^S1||258500001|||||||||||||202010010900\rNTE|1||x\r"
    )
    yield one.encode()
    yield ("BHS|^~\\&|lab\r" + one + one.replace("m1", "m2") + "BTS|2\r").encode()
    yield ("FHS|^~\\&|lab\nBHS|^~\\&\n" + one.replace("\r", "\n") + "BTS|1\nFTS|1\n").encode()
    yield one.replace("|", "*").replace("^", ":").replace("UNICODE UTF-8", "8859/1").encode()
    yield (
        one.replace("Quill", "O\\T\\Quill\\X41\\\\.br\\")
        .replace("UNICODE UTF-8", "8859/5")
        .encode()
    )
    yield one.replace("|^~\\&|", "|^|").replace("UNICODE UTF-8", "").encode()


def fhir_seeds() -> Iterable[bytes]:
    """A Bundle of each kind, and resources alone."""
    observation = resources.observation()
    yield resources.as_bytes(resources.one_and(observation))
    yield resources.as_bytes(resources.alone())
    for kind in ("transaction", "batch", "collection", "message"):
        yield resources.as_bytes(resources.one_and(observation, type=kind))
    asked = resources.answer("65222-2", {"valueDateTime": "2020-09-30"})
    yield resources.as_bytes(resources.one_and(observation, asked))


def csv_seeds() -> Iterable[bytes]:
    """The standard layout in each encoding, with quotes, blank lines, several lines, and faults."""
    head = "report_id,reported_at,taken_at,disease,result,given_name,family_name,birth_date,nhs_number,phone,email,postcode,age\r\n"
    row = 'r1,2020-10-02T09:00:00Z,2020-10-01,covid,positive,Ada,"Quill, B",1950-01-02,9434765919,07700900001,a@b.example,ZX1 2AB,70\r\n'
    text = (
        head
        + row
        + "\r\n"
        + row.replace("r1", '"r\n2"').replace("Ada", "=A1")
        + row.replace(",", "", 3)
    )
    yield text.encode()
    yield text.encode("utf-16")
    yield text.replace("Ada", "Zoë").encode("windows-1252")
    yield b"\xef\xbb\xbf" + text.replace(",", ";").replace("\r\n", "\n").encode()
    yield text.replace(",", "\t").replace("\r\n", "\r").encode()


def xlsx_seeds() -> Iterable[bytes]:
    """Each part of a workbook by itself, and packed files as they are."""
    for number, text in enumerate((SHEET, STRINGS, STYLES, BOOK)):
        yield bytes([number]) + text.encode()
    book = workbook(sheet_xml([HEADER, cell("A2", "r1")]))
    for packed in (book, zipped({"a.csv": b"report_id,disease,result\nr1,covid,positive\n"})):
        yield bytes([4]) + packed


TARGETS = {
    "hl7": Target(
        check=check_hl7,
        seeds=hl7_seeds,
        words=(b"\rMSH|^~\\&|", b"\rPID|", b"\rOBR|", b"\rOBX|", b"\rSPM|", b"BHS|^~\\&", b"BTS|", b"FHS|", b"FTS|", b"\\X41\\", b"\\C2842\\", b"\\M2442\\", b"\\.br\\", b"\\F\\", b'""', b"260373001", b"94500-6", b"ORU^R01", b"8859/1", b"ASCII", b"65222-2", b"QST"),
    ),
    "fhir": Target(
        check=check_fhir,
        seeds=fhir_seeds,
        words=(b'"resourceType":', b'"Observation"', b'"Patient"', b'"DiagnosticReport"', b'"Specimen"', b'"contained"', b'"reference"', b'"entry"', b'"resource"', b'"status"', b'"amended"', b'"entered-in-error"', b'"valueCodeableConcept"', b'"valueQuantity"', b"null", b"1e999", b"[]", b"{}", b'"_birthDate"', b'"extension"'),
    ),
    "csv": Target(
        check=check_csv,
        seeds=csv_seeds,
        words=(b'"', b'""', b'",', b"\r\n", b"\r", b"\n", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"positive", b"covid", b"=", b"#N/A", b";", b"\t", b"|", b"\xc2\x85", b"\x0b", b"\x1c"),
    ),
    "xlsx": Target(
        check=check_xlsx,
        seeds=xlsx_seeds,
        words=(b"<row>", b"</row>", b'<c r="', b"</c>", b"<v>", b"</v>", b'<is><t>', b'</t></is>', b' t="s"', b' t="d"', b' t="b"', b' t="e"', b' s="1"', b"<f>", b"<rPh>", b"_x000D_", b"<!DOCTYPE", b"<![CDATA[", b"1e308", b"-1", b"2958466", b"formatCode=", b"[h]:mm", b"xmlns:x=", b"state=\"hidden\""),
    ),
}  # fmt: skip
