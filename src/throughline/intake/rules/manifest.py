"""What a sender says a file holds, so that a file cut short is refused whole and not taken in part.

It is said in a last line of the file, `#TRAILER,rows=1200,sha256=…` (the hash is that of every byte before the line), in
a file beside it, `NAME.manifest.json` with `{"rows": 1200, "sha256": "…"}` (the hash is that of the whole file), or by the
API's headers.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

TAIL = 512
"""Bytes at a file's end in which a last line is looked for."""

_LINE = re.compile(
    rb'(?:^|(?<=\n)|(?<=\r))"?#TRAILER"?[,;\t|]"?rows=(\d{1,15})"?(?:[,;\t|]"?sha256=([0-9a-fA-F]{64})"?)?[,;\t| "]*\s*\Z'
)
_HASH = re.compile(r"[0-9a-f]{64}")


class NoManifest(ValueError):
    """A file beside another that says nothing of it."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """How many rows there are, and the SHA-256 (hexadecimal) of the bytes; None or empty where it is not said."""

    rows: int | None = None
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Trailer:
    """A last line that is no row: what it says, and where it begins."""

    manifest: Manifest
    offset: int


def trailer_of(tail: bytes, *, size: int) -> Trailer | None:
    """Find the last line of a file of that size by its last bytes."""
    found = _LINE.search(tail)
    if found is None:
        return None
    manifest = Manifest(rows=int(found[1]), sha256=(found[2] or b"").decode().lower())
    return Trailer(manifest=manifest, offset=size - len(tail) + found.start())


def read_beside(data: bytes) -> Manifest:
    """Read the file beside. Raises NoManifest, with a sentence."""
    try:
        told = json.loads(data)
    except ValueError:
        told = None
    if not isinstance(told, dict) or not {"rows", "sha256"} & set(told):
        raise NoManifest(
            'The manifest beside the file is not {"rows": 1200, "sha256": "…"}: correct it.'
        )
    rows, sha256 = told.get("rows"), str(told.get("sha256", "")).lower()
    if rows is not None and (isinstance(rows, bool) or not isinstance(rows, int) or rows < 0):
        raise NoManifest("The manifest's rows are no number of rows: give it as 1200.")
    if sha256 and not _HASH.fullmatch(sha256):
        raise NoManifest("The manifest's sha256 is no SHA-256: give its 64 hexadecimal digits.")
    return Manifest(rows=rows, sha256=sha256)


def differs(said: Manifest, *, rows: int | None, sha256: str) -> str:
    """Return the sentence with which a file is refused that is not as its manifest says; empty when it is."""
    if said.rows is not None and rows is not None and said.rows != rows:
        return (
            f"The file's manifest says {said.rows:,} rows, and {rows:,} are in it, so nothing of it was taken: send "
            "the whole file again."
        )
    if said.sha256 and sha256 and said.sha256 != sha256:
        return (
            "The file's bytes are not those of its manifest (SHA-256), so nothing of it was taken: send it again as "
            "it was written."
        )
    return ""
