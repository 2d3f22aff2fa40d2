"""The members of a ZIP archive: only what comes out is counted, never what the archive says of itself."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from throughline.intake.apart import limits
from throughline.intake.parsing.layout import FileRefused

PIECE = 128 * 1024
# Bytes taken before which no ratio is told: the beginning of a list may repeat itself.
LEAST = 64 * 1024
LOCAL_HEADER = 30  # bytes before a member's name and its data
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    RuntimeError,
    OSError,
    ValueError,
)
LIES = "The archive is damaged: what comes out of it is not what it says. Pack it anew and send it again."
OTHERWISE_PACKED = "The archive is packed in a way that is not read here: pack it as an ordinary ZIP (deflate), or send plain CSV."
TOO_LARGE = (
    f"The file unpacks to more than {limits.RATIO} times its size or to more than 1 GB, as no list does: send the "
    "list as plain CSV, which may have any size."
)


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """Return an archive all of whose members stand apart, are no links and stay within it."""
    try:
        archive = zipfile.ZipFile(file)
    except NotImplementedError:
        raise FileRefused(OTHERWISE_PACKED) from None
    except DAMAGED:
        raise FileRefused(
            "The file begins like a ZIP archive or an XLSX workbook and cannot be opened as one: it was cut off or "
            "changed on its way, so send it again."
        ) from None
    members = archive.infolist()
    if len(members) > limits.MEMBERS:
        raise FileRefused(
            f"The archive has {len(members)} members and {limits.MEMBERS} are allowed: send one list in it."
        )
    if len(set(archive.namelist())) != len(members):
        raise FileRefused("The archive has two members of one name: pack it anew.")
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        _check(member)
        if member.header_offset < end:
            raise FileRefused("The archive's members lie over one another: pack it anew.")
        end = member.header_offset + LOCAL_HEADER + member.compress_size
    return archive


def read(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a member's bytes, counted as they come out."""
    member = archive.getinfo(name)
    came = 0
    try:
        with archive.open(member) as source:
            while piece := source.read(PIECE):
                came += len(piece)
                count(came, took=file_of(archive).tell() - member.header_offset)
                yield piece
    except NotImplementedError:
        # A RuntimeError too, so it comes first.
        raise FileRefused(OTHERWISE_PACKED) from None
    except DAMAGED:
        raise FileRefused(LIES) from None
    if came != member.file_size:
        raise FileRefused(LIES)


def weigh(archive: zipfile.ZipFile, names: Iterable[str]) -> None:
    """Refuse members that are too much, by themselves or together, before anything looks at what is in them.

    To unpack is quick; to read what was unpacked is not, and many small things cost most.
    """
    came = 0
    for name in names:
        for piece in read(archive, name):
            came += len(piece)
            if came > limits.UNPACKED:
                raise FileRefused(TOO_LARGE)


def count(came: int, *, took: int) -> None:
    """Refuse what becomes too much, by the bytes that came of those taken so far."""
    if came > limits.UNPACKED or came > max(took, LEAST) * limits.RATIO:
        raise FileRefused(TOO_LARGE)


def file_of(archive: zipfile.ZipFile) -> IO[bytes]:
    """Return the file that an archive is read from, whose place tells how much of it was taken."""
    return cast("IO[bytes]", archive.fp)


def _check(member: zipfile.ZipInfo) -> None:
    if not member.filename:
        raise FileRefused("A member of the archive has no name: pack it anew.")
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in member.filename:
        raise FileRefused(
            "A member of the archive points out of it: pack the list itself, without folders."
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise FileRefused("A member of the archive is a link, not a file: pack the list itself.")
    if member.flag_bits & 0x1:
        raise FileRefused("The archive has a password: send it without one.")
