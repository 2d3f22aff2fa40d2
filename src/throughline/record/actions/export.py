"""Exporting the event tables: one moment, constant memory, an entry in the journal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.core.service import service
from throughline.journal.actions import record
from throughline.record import parquet
from throughline.record.errors import FolderTaken
from throughline.record.queries import EXPORTED, columns, rows_of, rules_in_use

PART = ".part"


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written: rows of each table, and the hash of the manifest that holds the others' hashes."""

    folder: Path
    rows: Mapping[str, int]
    sha256: str


def export_events(
    folder: Path,
    *,
    by: UUID | None,
    at: datetime,
    before_table: Callable[[str], None] = lambda table: None,
) -> Exported:
    """Write what was recorded until `at` as event tables to an empty or new folder.

    All tables are read in one transaction and show one moment. The folder appears when it is whole: an
    export that fails leaves a folder whose name ends in `.part`, and the next one begins it anew.
    Raises FolderTaken.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderTaken(folder)
    part = folder.with_name(folder.name + PART)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    with transaction.atomic():
        # Before the first query: every statement after it sees what the first one saw.
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
        with acting(Role.EXPORT):
            written = {table: _write(part, table, at, before_table) for table in EXPORTED}
            manifest = _manifest(written, at)
            (part / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
            exported = Exported(
                folder=folder,
                rows={table: one["rows"] for table, one in written.items()},
                sha256=_sha256(part / "manifest.json"),
            )
            record(
                "record.events_exported",
                at=at,
                by=by,
                rows=dict(exported.rows),
                sha256=exported.sha256,
            )
        if folder.exists():
            folder.rmdir()
        # The last thing before the commit: an export without its entry stays a `.part`.
        part.rename(folder)
    return exported


def _write(
    folder: Path, table: str, at: datetime, before_table: Callable[[str], None]
) -> dict[str, Any]:
    before_table(table)
    path = folder / f"{table}.parquet"
    rows = parquet.write(path, columns=columns(table), rows=rows_of(table, until=at))
    return {"rows": rows, "sha256": _sha256(path)}


def _manifest(tables: Mapping[str, Mapping[str, Any]], at: datetime) -> dict[str, Any]:
    return {
        "cut_at": at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "zone": service().zone,
        "week_start": service().week_start,
        "rules": ", ".join(rules_in_use()) or None,
        "tables": tables,
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
