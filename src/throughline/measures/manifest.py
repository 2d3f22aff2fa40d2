"""manifest.json: up to when a folder of event tables is known, and whose days and weeks its figures have."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from throughline.measures.errors import FolderError
from throughline.measures.tables import TABLES

NAME = "manifest.json"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What a manifest promises of one table; None: nothing."""

    rows: int | None = None
    sha256: str | None = None
    """Of the table's bytes; of several parts, of their bytes one after another in the order of their names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """`cut_at` is aware, in UTC; `week_start` is 0 for Monday to 6 for Sunday."""

    cut_at: datetime
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    week_start: int = WEEKDAYS.index("thursday")
    rules: str | None = None
    is_generated: bool = False
    """Whether the rehearsal made the tables up."""
    tables: Mapping[str, Expected] = field(default_factory=dict)


def read(folder: Path) -> Manifest:
    """Return a folder's manifest. Raises FolderError when it is missing or says something unusable."""
    path = folder / NAME
    if not folder.is_dir():
        raise FolderError(f"There is no folder {folder}; name the one that holds {NAME}.")
    if not path.is_file():
        raise FolderError(
            f"{folder} has no {NAME}; write one that says up to when the tables are known, "
            'as in {"cut_at": "2020-08-20T00:00:00Z"}.'
        )
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise FolderError(f"{path} is not JSON: {error}.") from None
    if not isinstance(told, dict):
        raise FolderError(f"{path} holds no object; it begins with {{ and names cut_at.")
    return parse(told)


def parse(told: Mapping[str, Any], says: str = f"{NAME} says ") -> Manifest:
    """Return the manifest that a mapping tells; `says` begins what errors tell of its values."""
    if "cut_at" not in told:
        raise FolderError(f"{NAME} does not say cut_at: the moment after which nothing is known.")
    rules = told.get("rules")
    return Manifest(
        cut_at=_moment(told["cut_at"], says),
        zone=_zone(told.get("zone", "Europe/London"), says),
        week_start=weekday(told.get("week_start", "thursday"), f"{says}week_start"),
        rules=None if rules is None else str(rules),
        is_generated=bool(told.get("generated")),
        tables=_tables(told.get("tables", {})),
    )


def _moment(value: object, says: str) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise FolderError(
            f"{says}cut_at {value!r}; it is a time in UTC, as 2020-08-20T00:00:00Z."
        ) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _zone(value: object, says: str) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):
        raise FolderError(
            f"{says}zone {value!r}; it is a name of the time-zone database, as Europe/London."
        ) from None


def weekday(value: object, what: str) -> int:
    """Return the number of a weekday by its English name, 0 for Monday; `what` is what errors call it."""
    name = str(value).lower()
    if name not in WEEKDAYS:
        raise FolderError(f"{what} {value!r}; it is one of {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(name)


def _tables(value: object) -> dict[str, Expected]:
    if not isinstance(value, dict):
        raise FolderError(f"{NAME} says tables {value!r}; it is an object with one entry a table.")
    for name, told in value.items():
        if name not in TABLES:
            raise FolderError(f"{NAME} names a table {name!r}; the tables are {', '.join(TABLES)}.")
        if not isinstance(told, dict):
            raise FolderError(
                f"{NAME} says {told!r} of {name}; it says rows, sha256 or both, as an object."
            )
    return {
        name: Expected(rows=told.get("rows"), sha256=told.get("sha256"))
        for name, told in value.items()
    }
