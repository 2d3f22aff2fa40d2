"""The side of the worker: hands the file over, takes its text back, and says why there is none."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterable
from typing import IO, cast

from throughline.intake.apart import limits
from throughline.intake.parsing.layout import FileRefused

log = logging.getLogger("throughline.intake")

MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")
CHILD = "throughline.intake.apart.child"
PIECE = 256 * 1024
GREATEST = 512 * 1024 * 1024
"""Bytes of a packed file: what unpacks to more than is allowed anyway."""


def recognises(head: bytes) -> bool:
    """Say whether bytes that begin so are a workbook (XLSX), a ZIP archive or gzip."""
    return head.startswith(MARKS)


def opened(chunks: Iterable[bytes], *, separator: str) -> Generator[bytes, None, str]:
    """Yield what is in an archive as it is, or a workbook's sheet as CSV; return a remark on the whole.

    Raises FileRefused with a sentence for what cannot or may not be opened.
    """
    # Kept without a name: it is gone with the process, however that ends.
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as said:
        _spool(chunks, file)
        child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", CHILD, separator],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=said,
            env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )
        text = cast("IO[bytes]", child.stdout)
        try:
            while piece := text.read(PIECE):
                yield piece
            code = child.wait(timeout=limits.SECONDS)
        finally:
            # Whoever wants no more than the beginning leaves it unread.
            text.close()
            child.kill()
            child.wait()
        said.seek(0)
        sentence = said.read(4000).decode("utf-8", "replace")
    if code == limits.REFUSED:
        raise FileRefused(sentence)
    if code == limits.FAILED:
        log.error("A packed file could not be opened\n%s", sentence)
        raise FileRefused(limits.OUR_FAULT)
    if code:
        raise FileRefused(limits.TOO_MUCH)
    return sentence


def _spool(chunks: Iterable[bytes], file: IO[bytes]) -> None:
    for chunk in chunks:
        file.write(chunk)
        if file.tell() > GREATEST:
            raise FileRefused(
                "The file is compressed and larger than 512 MB: send it in parts, or as plain CSV, "
                "which may have any size."
            )
    file.flush()
    file.seek(0)
