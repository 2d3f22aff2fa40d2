"""A file of quarantined rows that came back mended: each row is corrected by its reference."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.core.errors import Problem
from throughline.intake.actions.quarantine import correct_row
from throughline.intake.errors import NotMended
from throughline.intake.parsing.spreadsheets import armed
from throughline.intake.queries.quarantine import MARK, TEXT, WHY


@dataclass(frozen=True, kw_only=True)
class Mended:
    """The rows that were taken, and for those that were not, the line and the sentence."""

    refs: tuple[UUID, ...]
    refused: tuple[tuple[int, str], ...]


def is_mended(header: str) -> bool:
    """Say whether a file's first line is that of an exported quarantine."""
    return MARK in header


def load_mended(*, lines: Iterable[str], by: UUID, at: datetime) -> Mended:
    """Correct the rows of an exported quarantine; a row that cannot be taken stays where it is.

    Loading the same file twice changes nothing the second time.
    """
    reader = csv.DictReader(lines)
    if MARK not in (reader.fieldnames or ()):
        raise NotMended(
            f"The file has no column {MARK}: mend a file that was exported from the quarantine."
        )
    refs: list[UUID] = []
    refused: list[tuple[int, str]] = []
    for number, row in enumerate(reader, start=2):
        try:
            with transaction.atomic():
                refs.append(_correct(row, by=by, at=at))
        except Problem as problem:
            refused.append((number, problem.sentence))
    return Mended(refs=tuple(refs), refused=tuple(refused))


def _correct(row: dict[str, str], *, by: UUID, at: datetime) -> UUID:
    try:
        ref = UUID(row[MARK] or "")
    except ValueError:
        raise NotMended(
            f"The column {MARK} holds no reference: leave it as it was exported."
        ) from None
    values = {
        column: armed(value or "")
        for column, value in row.items()
        if column and column not in (MARK, WHY, TEXT)
    }
    correct_row(ref=ref, values=values, by=by, at=at)
    return ref
