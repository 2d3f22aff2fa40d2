"""Whether the embedded database was prepared by exactly this code, so that a warm start is quick."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from throughline.server.home import Home

PACKAGE = Path(__file__).resolve().parents[1]
SHAPING = ("*.py", "*.toml", "*.sql")


def is_prepared(home: Home) -> bool:
    """Say whether nothing has changed since the database was last prepared."""
    stamp = _stamp(home)
    return stamp.exists() and stamp.read_text() == fingerprint()


def note_prepared(home: Home) -> None:
    """Note that the database has just been prepared by this code."""
    _stamp(home).write_text(fingerprint())


def fingerprint() -> str:
    """Return a hash of all that preparing depends on: our code, its data, and the month.

    The month, because preparing makes the partitions of the months ahead.
    """
    digest = hashlib.sha256(f"{datetime.now(UTC):%Y-%m}".encode())
    for path in sorted(path for pattern in SHAPING for path in PACKAGE.rglob(pattern)):
        if "tests" not in path.parts:
            digest.update(str(path.relative_to(PACKAGE)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamp(home: Home) -> Path:
    # Beside the data, so that it goes when they go.
    return home.database_folder / "prepared"
