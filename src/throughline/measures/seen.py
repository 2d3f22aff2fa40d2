"""Which tables were looked at before and found right, so that nobody waits twice for the same millions of rows.

What is kept is one empty file for each table, named by a hash of where its files are, how long they are, when the
system last changed them (a moment that no program sets) and what was promised of them. A file changed less than
GRACE ago is not relied on: it may be changed again within one tick of the clock. Deleting the folder forgets all;
`throughline events check DIR` never relies on it.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Sequence
from pathlib import Path

GRACE = 2_000_000_000
"""In nanoseconds"""
# Whoever changes what is looked at, changes this.
LOOKED_AT = "1: promise, keys"


def mark(paths: Sequence[Path], promised: str) -> Path | None:
    """Return the file that is there once a table in these files was found right; None while they are too new."""
    told = [LOOKED_AT, promised]
    newest = 0
    for path in paths:
        state = path.stat()
        newest = max(newest, state.st_ctime_ns)
        told.append(f"{path.resolve()} {state.st_ino} {state.st_size} {state.st_ctime_ns}")
    if time.time_ns() - newest < GRACE:
        return None
    return _folder() / hashlib.sha256("\n".join(told).encode()).hexdigest()


def keep(noted: Path) -> None:
    """Note that a table was found right; where nothing can be kept, it is looked at again next time."""
    try:
        noted.parent.mkdir(parents=True, exist_ok=True)
        noted.touch()
    except OSError:
        return


def _folder() -> Path:
    caches = os.environ.get("XDG_CACHE_HOME")
    return (Path(caches) if caches else Path.home() / ".cache") / "throughline" / "tables"
