"""A small service for tests of intake: definitions in force, a sender's files, and the worker's loop by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.core.context import acting
from throughline.core.models import Service
from throughline.core.roles import Role
from throughline.definitions import load
from throughline.definitions.actions import adopt
from throughline.intake.actions import store
from throughline.intake.actions.parsing import parse_next, take_up_mended
from throughline.intake.queries import Receipt, receipt

AT = datetime(2020, 10, 3, 10, 0, tzinfo=UTC)
BY = UUID(int=7)
COLUMNS = (
    "report_id", "reported_at", "taken_at", "disease", "result", "test_kind", "nhs_number",
    "given_name", "family_name", "birth_date", "sex", "address_line_1", "address_line_2", "town",
    "postcode", "phone", "email", "language", "onset_on", "symptomatic", "setting", "setting_kind",
    "patient_id", "status", "area", "household_id",
)  # fmt: skip


def prepare() -> None:
    """Take the shipped rules into use and describe the service."""
    Service.objects.update_or_create(
        id=1, defaults={"name": "Zexmouth", "demonstration": True, "accepts_drama_numbers": True}
    )
    adopt(load.shipped(), by=None, at=AT)


def row(number: int, **values: str) -> dict[str, str]:
    """A row of the standard layout: a positive of its own person, unless told otherwise."""
    base = {
        "report_id": f"r{number}",
        "reported_at": "2020-10-02T09:00:00Z",
        "taken_at": "2020-10-01T09:00:00Z",
        "disease": "covid",
        "result": "positive",
        "test_kind": "pcr",
        "given_name": f"Given{number}",
        "family_name": f"Family{number}",
        "birth_date": str(date(1950, 1, 1) + timedelta(days=int(number))),
        "sex": "female",
        "patient_id": f"p{number}",
    }
    return base | values


def as_csv(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return rows as a sender's file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def keep(data: bytes, *, sender: str = "lab", at: datetime = AT, **more: str) -> UUID:
    """Store a file and return its reference."""
    named = {"name": "a.csv", **more}
    stored = store(sender_code=sender, chunks=[data], by=None, at=at, **named)  # type: ignore[arg-type]
    return stored.message_ref


def work(*, at: datetime = AT, limit: int = 5000) -> None:
    """Do what the worker does, until nothing is due."""
    while True:
        with transaction.atomic(), acting(Role.MATCH):
            done = parse_next(at=at, limit=limit) + take_up_mended(at=at)
        if not done:
            return


def load_rows(*rows: Mapping[str, str], **more: object) -> Receipt:
    """Store rows as one file, read them, and say what became of them."""
    return load_file(as_csv(rows), **more)


def load_file(data: bytes, *, at: datetime = AT, limit: int = 5000, **more: str) -> Receipt:  # type: ignore[misc]
    """Store a file, read it, and say what became of it."""
    ref = keep(data, at=at, **more)
    work(at=at, limit=limit)
    return receipt(ref)
