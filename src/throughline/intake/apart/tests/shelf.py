"""Packed files for tests: workbooks written by hand, so that they can lie, and archives of every bad kind."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    """Return a ZIP archive of files by name."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return kept.getvalue()


def cell(place: str, value: str, kind: str = "inlineStr") -> str:
    """Return a cell's XML; `kind` is its type, n for a number."""
    stored = f"<is><t>{value}</t></is>" if kind == "inlineStr" else f"<v>{value}</v>"
    return f'<c r="{place}" t="{kind}">{stored}</c>'


def sheet_xml(rows: Iterable[str], before: str = "") -> str:
    """Return a sheet's XML of its rows' cells."""
    body = "".join(f'<row r="{n}">{row}</row>' for n, row in enumerate(rows, start=1))
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{before}<sheetData>{body}</sheetData></worksheet>'


def workbook(*sheets: str, **more: str) -> bytes:
    """Return a workbook of sheets' XML; `more` are other parts by name, with _ for / and without xl and .xml."""
    listed = "".join(
        f'<sheet name="Sheet {n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(sheets) + 1)
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{TYPE}" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="urn:r"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
    }
    parts |= {f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets, start=1)}
    return zipped(parts | {f"xl/{name}.xml": text for name, text in more.items()})


HEADER = cell("A1", "report_id") + cell("B1", "given_name")


def of_zeros(size: int) -> bytes:
    """Return a ZIP archive of one member of so many zeros, made without ever having them."""
    packer, block = zlib.compressobj(9, zlib.DEFLATED, -15), 1024 * 1024
    once = packer.compress(bytes(block)) + packer.flush(zlib.Z_FULL_FLUSH)
    return one_member("list.csv", once * (size // block) + packer.flush(), crc=0, size=size)


def one_member(name: str, packed: bytes, *, crc: int, size: int) -> bytes:
    """Return a ZIP archive that says of its one member what it is told to say."""
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(packed),
                        min(size, 2**32 - 1), len(name), 0) + name.encode()  # fmt: skip
    central = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, crc, len(packed),
                          min(size, 2**32 - 1), len(name), 0, 0, 0, 0, 0, 0) + name.encode()  # fmt: skip
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(central), len(local) + len(packed), 0
    )
    return local + packed + central + end


def deflated(data: bytes) -> bytes:
    """Return data as a member of a ZIP archive holds it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def overlapping() -> bytes:
    """Return an archive two members of which are the same bytes."""
    archive = bytearray(zipped({"a.csv": b"x" * 1000, "b.csv": b"x" * 1000}))
    second = archive.rindex(b"PK\x01\x02")
    archive[second + 42 : second + 46] = struct.pack("<L", 0)
    return bytes(archive)


def linked() -> bytes:
    """Return an archive whose member is a symbolic link."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        link = zipfile.ZipInfo("list.csv")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return kept.getvalue()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))


def laughing() -> bytes:
    """Return a workbook with the billion laughs in its sheet."""
    text = sheet_xml([HEADER, cell("A2", "&l9;")])
    head, body = text.split("<worksheet", 1)
    return workbook(f"{head}<!DOCTYPE w [{LAUGHS}]><worksheet{body}")


def outside() -> bytes:
    """Return a workbook whose XML wants a file of the machine."""
    text = sheet_xml([HEADER, cell("A2", "&x;")])
    head, body = text.split("<worksheet", 1)
    doctype = '<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return workbook(f"{head}{doctype}<worksheet{body}")
