"""What a bulletin was made from: each file's hash and one of all, so that anybody can check it is the same input."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from throughline.measures import manifest
from throughline.measures.folder import tables_in

PIECE = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """The SHA-256 of each file by its path in the folder, and the one over `path hash` lines in that order."""

    files: tuple[tuple[str, str], ...]
    sha256: str


def hashed(folder: Path, progress: Callable[[str], None] = lambda _: None) -> Input:
    """Hash the manifest and every file of every table, in the order of the tables and of the files' names."""
    tables: dict[str, tuple[Path, ...]] = {manifest.NAME: (folder / manifest.NAME,)}
    tables |= {name: files.paths for name, files in tables_in(folder).items()}
    found = []
    for name, paths in tables.items():
        progress(f"hashing {name}")
        found += [(path.relative_to(folder).as_posix(), _sha256(path)) for path in paths]
    lines = "".join(f"{name} {digest}\n" for name, digest in found)
    return Input(files=tuple(found), sha256=hashlib.sha256(lines.encode()).hexdigest())


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()
