"""Whether a table is what its manifest promises, and has each key once. Looked at when its files are first asked.

Another core looks while the question is worked out: what the looking finds comes before any answer, and before
whatever else was wrong with the files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
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

    @contextmanager
    def __call__(self, names: Iterable[str]) -> Iterator[None]:
        """Look at tables while the block is run; at its end raise FolderError for one that is not as it should be.

        That is one that is not as promised, lacks its key, or has a key twice.
        """
        with ThreadPoolExecutor(max_workers=2) as pool:
            looking = [self._begin(name, pool) for name in names if name not in self._done]
            try:
                yield
            finally:
                for told in looking:
                    told()

    def _begin(self, name: str, pool: ThreadPoolExecutor) -> Callable[[], None]:
        """Have a table looked at, and return what waits for it."""
        promised = self.expected.get(name, Expected())
        files = self.files.get(name)
        if files is None:
            if promised.rows:
                raise FolderError(
                    f"The manifest promises {promised.rows} rows of {name}, and the table is not there."
                )
            return lambda: self._done.add(name)
        mark = seen.mark(files.paths, repr(promised))
        if mark is not None and mark.exists():
            return lambda: self._done.add(name)
        # A hash that is another one says more than what is found in the rows.
        checked = pool.submit(check_hash, files, promised)
        rows = pool.submit(check_keys, self.engine.beside(), files)

        def told() -> None:
            checked.result()
            check_rows(files, promised, rows.result())
            if mark is not None:
                seen.keep(mark)
            self._done.add(name)

        return told


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
