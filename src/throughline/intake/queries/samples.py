"""The first rows of a file, before anybody has said how it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from throughline.core.copying import fetch
from throughline.intake.models import Message
from throughline.intake.parsing import FileRefused, find_layout, rows
from throughline.intake.unpacking import head_of_list

ROWS = 500


@dataclass(frozen=True, kw_only=True)
class Sample:
    """A file's columns and its first whole rows, as they were sent; personal data."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    format: str
    received_at: datetime
    refused: str = ""


def sample_of_message(message: Message) -> Sample:
    """Return the first rows of a stored message."""

    def chunks() -> Iterator[bytes]:
        number = 0
        while found := fetch(
            "select bytes from intake_chunk where message_id = %s and number = %s",
            [message.id, number],
        ):
            yield bytes(found[0][0])
            number += 1

    return sample(chunks, received_at=message.received_at)


def sample(file: Callable[[], Iterable[bytes]], *, received_at: datetime) -> Sample:
    """Return the first rows of a file, of whichever format that is known by its bytes."""
    try:
        form, head = head_of_list(file)
        layout = find_layout(head)
    except FileRefused as refused:
        return Sample(
            columns=(), rows=(), format="csv", received_at=received_at, refused=str(refused)
        )
    found = rows([head[layout.body.offset :]], layout)
    whole = islice((tuple(row.fields) for row in found if row.fields is not None), ROWS)
    return Sample(columns=layout.columns, rows=tuple(whole), format=form, received_at=received_at)
