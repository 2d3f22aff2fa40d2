"""Loading one file from the command line: through the same door as every other, then read to its end."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from throughline.core import clock
from throughline.core.context import acting
from throughline.core.errors import Problem
from throughline.core.roles import Role
from throughline.intake.actions import is_mended, load_mended, store
from throughline.intake.actions.found import take_up_links
from throughline.intake.actions.parsing import parse_next, take_up_mended
from throughline.intake.errors import UnknownMapping
from throughline.intake.models import CHUNK, Message
from throughline.intake.queries import Receipt, receipt, receipt_of_rows
from throughline.intake.queries.mappings import known_mappings, mapping_for
from throughline.intake.queries.outcomes import outcomes
from throughline.intake.queries.quarantine import write_quarantine
from throughline.intake.rules.manifest import Manifest, NoManifest, read_beside
from throughline.server import home as homes

# Whoever works at the command line of the machine has no sign-in of the service.
OPERATOR = UUID("6f706572-6174-4f72-8000-000000000001")

ROWS_TOLD = 1000
UNFINISHED = ("stored", "parsing")
Told = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a load comes to: the receipt, what to say about it, and whether the file was refused whole."""

    receipt: Receipt
    message: UUID | None = None  # its reference, by which a load is undone
    sentences: tuple[str, ...] = ()
    refused: bool = False
    # Of a dry run: each of the first rows in words.
    rows: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The receipt for a reader."""
        return [
            f"{name.replace('_', ' '):<16} {value}"
            for name, value in self.as_json().items()
            if value is not None and name != "rows"
        ]

    def as_json(self) -> dict[str, object]:
        """Return the receipt with the message's reference, and of a dry run the rows in words."""
        named: dict[str, object] = {"message": str(self.message)} if self.message else {}
        return self.receipt.as_json() | named | ({"rows": list(self.rows)} if self.rows else {})


def load_file(
    file: Path, *, source: str, mapping: str | None, message_id: str | None, dry_run: bool
) -> Loaded:
    """Store and read a file; with `dry_run` in a transaction that is then undone."""
    with file.open("rb") as opened:
        first = opened.readline(CHUNK)
    mended = is_mended(first.decode("utf-8-sig", "replace"))

    def load() -> Loaded:
        if mended:
            return _load_mended(file)
        return _load(file, source=source, mapping=mapping, message_id=message_id, keep=not dry_run)

    if not dry_run:
        return load()
    with transaction.atomic():
        loaded = load()
        loaded = replace(loaded, rows=tuple(_rows(loaded.message)))
        transaction.set_rollback(True)
    said = ("Nothing was changed: this is what loading it would do.", *loaded.sentences)
    return replace(loaded, sentences=said)


def _rows(message: UUID | None) -> Iterator[str]:
    """Each row of the message that was just read, in words; the first thousand."""
    with transaction.atomic(), acting(Role.MATCH):
        found = outcomes(message, limit=ROWS_TOLD + 1) if message else []
    yield from (row.sentence for row in found[:ROWS_TOLD])
    if len(found) > ROWS_TOLD:
        yield f"… and more: the first {ROWS_TOLD} rows are told one by one, and all are in the figures above."


def _load(
    file: Path,
    *,
    source: str,
    mapping: str | None,
    message_id: str | None,
    keep: bool = True,
) -> Loaded:
    at = clock.now()
    stored = store(
        sender_code=source,
        chunks=_chunks(file),
        message_id=message_id,
        name=file.name,
        mapping=mapping or _mapping(source, file),
        manifest=_manifest_beside(file),
        by=OPERATOR,
        at=at,
    )
    sentences = []
    if stored.already:
        sentences.append("This file had been stored before; here is what became of it.")
    if stored.state == "conflict":
        sentences.append(
            "The same id came before with other content, so this file is kept aside: decide which one is "
            "right on the authority's quarantine page."
        )
        return Loaded(
            receipt=_receipt(stored.message_ref), message=stored.message_ref,
            sentences=(*sentences,), refused=True,
        )  # fmt: skip
    with _progress(file.name) as told:
        message = _read_to_its_end(stored.message_ref, told)
    found = _receipt(stored.message_ref)
    if message.state == "refused":
        return Loaded(
            receipt=found, message=stored.message_ref,
            sentences=(*sentences, message.refused), refused=True,
        )  # fmt: skip
    if links := _take_up_links():
        sentences.append(f"Links that waited for whom they name, taken up now: {links}.")
    if message.remark:
        sentences.append(message.remark)
    if found.quarantined and keep:
        path = quarantine_file(stored.message_ref)
        found = replace(found, quarantine_file=str(path))
        sentences.append(
            f"In quarantine: {found.quarantined}. Mend the rows in {path} and load that file."
        )
    return Loaded(receipt=found, message=stored.message_ref, sentences=tuple(sentences))


def _manifest_beside(file: Path) -> Manifest | None:
    """What NAME.manifest.json says of NAME, where it is there."""
    beside = file.with_name(f"{file.name}.manifest.json")
    if not beside.is_file():
        return None
    try:
        return read_beside(beside.read_bytes())
    except NoManifest as problem:
        raise Problem(str(problem)) from None


def _mapping(source: str, file: Path) -> str:
    with transaction.atomic(), acting(Role.MATCH):
        found = mapping_for(source, lambda: _chunks(file), at=clock.now())
        known = ", ".join(known_mappings())
    if found is None:
        raise UnknownMapping(
            f"No mapping, or more than one, fits the columns of this file: say which with --mapping ({known})."
        )
    return found


def _receipt(ref: UUID) -> Receipt:
    with transaction.atomic(), acting(Role.MATCH):
        return receipt(ref)


def _read_to_its_end(ref: UUID, told: Told) -> Message:
    """Read batches, or wait while a worker does, until the message is read."""
    while True:
        with transaction.atomic(), acting(Role.MATCH):
            message = Message.objects.get(ref=ref)
            told((message.position or {}).get("offset", 0) / max(message.text_size, 1))
            if message.state not in UNFINISHED:
                return message
            done = parse_next(at=clock.now(), message_id=message.id)
        if not done:
            time.sleep(0.2)


def _take_up_links() -> int:
    """Take up the links whose persons or cases this file brought, as a running worker would; return how many."""
    done, all_ = 1, 0
    while done:
        with transaction.atomic(), acting(Role.MATCH):
            done = take_up_links(at=clock.now())
        all_ += done
    return all_


def _load_mended(file: Path) -> Loaded:
    with (
        transaction.atomic(),
        acting(Role.MATCH),
        file.open(encoding="utf-8-sig", newline="") as lines,
    ):
        mended = load_mended(lines=lines, by=OPERATOR, at=clock.now())
    take_up_all()
    with transaction.atomic(), acting(Role.MATCH):
        found = receipt_of_rows(mended.refs)
    refused = len(mended.refused)
    found = replace(
        found, received=found.received + refused, quarantined=found.quarantined + refused
    )
    sentences = tuple(f"Line {line}: {sentence}" for line, sentence in mended.refused)
    return Loaded(receipt=found, sentences=sentences)


def take_up_all() -> None:
    """Take up every mended row, as a running worker would."""
    done = 1
    while done:
        with transaction.atomic(), acting(Role.MATCH):
            done = take_up_mended(at=clock.now())


def quarantine_file(ref: UUID, to: Path | None = None) -> Path:
    """Write a message's quarantined rows where only their reader can open them; return the path."""
    path = to or homes.current().folder / "quarantine" / f"{ref}.csv"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with (
        os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file,
        transaction.atomic(),
        acting(Role.MATCH),
    ):
        write_quarantine(file, message_ref=ref)
    return path


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk


@contextmanager
def _progress(name: str) -> Iterator[Told]:
    """Show a bar on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=1.0)
        yield lambda share: bar.update(task, completed=share)
