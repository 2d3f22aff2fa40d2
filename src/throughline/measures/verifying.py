"""Whether a table is what its manifest promises, and has each key once. Looked at when its files are first asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from throughline.measures import seen
from throughline.measures.engines.duckdb import DuckDBEngine
from throughline.measures.errors import FolderError
from throughline.measures.manifest import Expected
from throughline.measures.reading import quoted

if TYPE_CHECKING:
    from throughline.measures.folder import Files
    from throughline.measures.scanned import Scanned

CHUNK = 1 << 20


@dataclass(kw_only=True)
class Verifier:
    """Looks at each table once; a table that fails fails every time."""

    engine: DuckDBEngine
    files: Mapping[str, Files]
    expected: Mapping[str, Expected]
    _done: set[str] = field(default_factory=set, init=False)

    def __call__(self, name: str) -> None:
        """Raise FolderError when a table is not as promised, lacks its key, or has a key twice."""
        if name in self._done:
            return
        promised = self.expected.get(name, Expected())
        files = self.files.get(name)
        if files is None:
            if promised.rows:
                raise FolderError(
                    f"The manifest promises {promised.rows} rows of {name}, and the table is not there."
                )
        else:
            mark = seen.mark(files.paths, repr(promised))
            if mark is None or not mark.exists():
                # The files are hashed on another core meanwhile; what that finds says more.
                with ThreadPoolExecutor(max_workers=1) as pool:
                    keys = pool.submit(check_keys, self.engine, files)
                    check_hash(files, promised)
                    check_rows(files, promised, keys.result())
                if mark is not None:
                    seen.keep(mark)
        self._done.add(name)


def check_hash(files: Files, promised: Expected) -> None:
    """Compare the files of a table with the hash that its manifest promises."""
    if promised.sha256 is None:
        return
    found = sha256(files.paths)
    if found != promised.sha256:
        raise FolderError(
            f"{files.table.name} has the SHA-256 {found}, and the manifest promises {promised.sha256}: it was "
            "changed or damaged; get the folder again, or write a manifest that is true."
        )


def check_rows(files: Scanned, promised: Expected, rows: int) -> None:
    """Compare how many rows a table has with how many its manifest promises."""
    if promised.rows not in {None, rows}:
        raise FolderError(
            f"{files.table.name} has {rows} rows, and the manifest promises {promised.rows}; get the folder again, "
            "or write a manifest that is true."
        )


def check_keys(engine: DuckDBEngine, files: Scanned) -> int:
    """Refuse a key that is there twice, in whichever parts; return how many rows there are."""
    table = files.table
    keys = ", ".join(map(quoted, table.key))
    # Sorted hashes need a fifth of the work of a table of the keys themselves, and eight bytes a row. Two keys of
    # one hash are looked at for what they are.
    hashes = engine.numbers(f"SELECT hash({keys}) AS h FROM {files.scan}", "h")
    hashes.sort()
    if not (hashes[1:] == hashes[:-1]).any():
        return len(hashes)
    twice = f"SELECT {keys} FROM {files.scan} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"
    found = engine.rows(twice)
    if found:
        told = ", ".join(
            f"{name} {value!r}" for name, value in zip(table.key, found[0], strict=True)
        )
        raise FolderError(
            f"{table.name} has {told} twice; each row has a key of its own, across parts too. "
            "Of a folder `throughline events check DIR` names every one."
        )
    return len(hashes)


def sha256(paths: Iterable[Path]) -> str:
    """Return the hash of the files' bytes, one after another."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
