"""The folder of event tables that a list becomes: a Parquet file a table, and the manifest, the same for the same list."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from throughline.measures.calendars import Calendar
from throughline.measures.errors import FolderError
from throughline.measures.manifest import NAME, WEEKDAYS


def cut_of(
    tables: Mapping[str, pl.DataFrame], zone: ZoneInfo, told: datetime | None
) -> datetime | None:
    """Return up to when the tables are known: as told, else the end of the last day on which anything happened.

    None when nothing says so. Raises FolderError when something happened after what is told.
    """
    moments = [
        frame[name].max()
        for frame in tables.values()
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime)
    ]
    last = max((one for one in moments if isinstance(one, datetime)), default=None)
    if told is not None:
        if last is not None and last > told:
            raise FolderError(
                f"--cut-at is {told:%Y-%m-%dT%H:%MZ}, and the lists tell of {last:%Y-%m-%dT%H:%MZ}; name a later moment, "
                "or leave the later rows out."
            )
        return told
    if last is None:
        return None
    calendar = Calendar(zone=zone, week_start=0)
    day = calendar.day_of(last.astimezone(UTC).replace(tzinfo=None))
    return calendar.midnight(day + timedelta(days=1)).replace(tzinfo=UTC)


def must_be_new(folder: Path) -> None:
    """Raise FolderError when the folder holds anything."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderError(f"{folder} is not empty; name a folder that is new or empty.")


def write(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    *,
    cut_at: datetime,
    zone: str,
    week_start: int,
    told: Mapping[str, Any],
) -> None:
    """Write the tables and, last, the manifest that promises them; `told` says in it what they were made from."""
    folder.mkdir(parents=True, exist_ok=True)
    promised = {}
    for name, frame in tables.items():
        path = folder / f"{name}.parquet"
        frame.write_parquet(path, compression="zstd")
        with path.open("rb") as written:
            digest = hashlib.file_digest(written, "sha256").hexdigest()
        promised[name] = {"rows": frame.height, "sha256": digest}
    manifest = {
        "cut_at": f"{cut_at:%Y-%m-%dT%H:%M:%SZ}",
        "zone": zone,
        "week_start": WEEKDAYS[week_start],
        "tables": promised,
        "from_list": told,
    }
    (folder / NAME).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", "utf-8")
