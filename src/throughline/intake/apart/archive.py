"""What is in an archive: one list, as it is; or a workbook's sheet, as CSV."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO
from zipfile import ZipFile

from throughline.intake.apart import members
from throughline.intake.apart.workbook import WORKBOOK, rows
from throughline.intake.parsing.layout import FileRefused
from throughline.intake.parsing.writing import as_csv

PACKED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")


def contents(file: BinaryIO, *, separator: str, remarks: list[str]) -> Iterator[bytes]:
    """Yield a packed file's text; remarks on the whole are added to the list."""
    is_gzip = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    if is_gzip:
        yield from _not_packed(_gzip(file))
        return
    archive = members.opened(file)
    if WORKBOOK not in archive.namelist():
        name = _only_list(archive)
        if not name.casefold().endswith(".xlsx"):
            yield from _not_packed(members.read(archive, name))
            return
        # A workbook in an archive is one step more, and the last.
        archive = members.opened(io.BytesIO(b"".join(members.read(archive, name))))
    yield from as_csv(rows(archive, remarks), separator=separator)


def _only_list(archive: ZipFile) -> str:
    """The name of the one member that is a file of somebody's."""
    found = [
        one.filename
        for one in archive.infolist()
        if not one.is_dir()
        and not one.filename.startswith("__MACOSX/")
        and not PurePosixPath(one.filename).name.startswith(".")
    ]
    if len(found) != 1:
        raise FileRefused(
            f"The archive holds {len(found)} files, and one list (CSV or XLSX) is allowed: send each by itself."
        )
    return found[0]


def _gzip(file: BinaryIO) -> Iterator[bytes]:
    came = 0
    try:
        with gzip.GzipFile(fileobj=file, mode="rb") as source:
            while piece := source.read(members.PIECE):
                came += len(piece)
                members.count(came, took=file.tell())
                yield piece
    except (OSError, zlib.error, EOFError):
        raise FileRefused(
            "The gzip file is damaged or cut off: what comes out of it is not what it says. Send it again."
        ) from None


def _not_packed(pieces: Iterator[bytes]) -> Iterator[bytes]:
    head = next(pieces, b"")
    if head.startswith(PACKED):
        raise FileRefused(
            "The archive holds another archive: unpack it once and send what is in it."
        )
    yield head
    yield from pieces
