"""The door: raw bytes are kept, hashed and committed, and only then acknowledged. Nothing is read here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import IntegrityError, OperationalError
from psycopg.errors import DiskFull

from throughline.core.context import transaction_as
from throughline.core.ids import new_id, new_ref
from throughline.core.prepared import execute, one
from throughline.core.remembering import forget, remembered
from throughline.core.roles import Role
from throughline.definitions import queries as definitions
from throughline.definitions.errors import NothingInForceError
from throughline.intake.actions.keeping import KnownMessage, NewMessage, keep, known_messages
from throughline.intake.errors import NotStored, UnknownMapping
from throughline.intake.models import CHUNK, Sender
from throughline.intake.rules.manifest import Manifest, differs
from throughline.journal.actions import record


@dataclass(frozen=True, kw_only=True)
class Stored:
    """The receipt's head. `already`: the same message had been stored before. `state`: see the model."""

    message_ref: UUID
    already: bool
    state: str
    refused: str = ""


def store(
    *,
    sender_code: str,
    chunks: Iterable[bytes],
    message_id: str | None = None,
    name: str,
    mapping: str | None = None,
    refused: str = "",
    manifest: Manifest | None = None,
    held: bool = False,
    by: UUID | None,
    at: datetime,
) -> Stored:
    """Keep a message of any size, or nothing of it; the same message again gets the same receipt.

    Without an id of its own the content is the id. The same id with other content is kept apart, in state
    `conflict`, until a person decides. `mapping` defaults to the sender's. What its door has refused already is
    kept all the same, in state `refused` with the sentence that its sender got; so is one whose bytes are not
    those of its `manifest`; neither keeps its id from the mended one. The manifest's rows are counted before the
    first of them is taken. One that is `held` waits, in state `unmapped`, for a person to say how it is read.
    """
    try:
        first, rest = _begun(of_one_size(chunks))
        with transaction_as(Role.INTAKE, user=by):
            sender = _sender(sender_code, mapping=mapping, by=by, at=at)
            used, version = _mapping(mapping or sender.mapping)
            return _keep(
                sender,
                first,
                rest,
                message_id,
                name,
                mapping=used,
                version=version,
                refused=refused,
                manifest=manifest or Manifest(),
                held=held,
                by=by,
                at=at,
            )
    except _Known as known:
        return known.stored
    except IntegrityError:
        # The same message came through another door at the same moment.
        raise NotStored(
            "The same message is being stored by another request: send it again."
        ) from None
    except OperationalError as error:
        # Django wraps what the driver raised.
        if isinstance(error.__cause__, DiskFull):
            raise NotStored(
                "The database's disk is full, so nothing of the message was kept: "
                "make room and send it again."
            ) from None
        raise NotStored(
            "The database went away before the message was kept, so nothing of it is stored: send it again."
        ) from error
    except OSError as error:
        raise NotStored(
            f"The file could not be read to its end ({error.strerror or 'the connection was cut'}), "
            "so nothing of it is stored: send it again."
        ) from error


class _Known(Exception):
    def __init__(self, stored: Stored) -> None:
        self.stored = stored


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sender:
    id: UUID
    mapping: str


def _sender(code: str, *, mapping: str | None, by: UUID | None, at: datetime) -> _Sender:
    """The sender of that name; a new name is a new sender."""
    found = remembered(
        ("sender", code),
        lambda: one("select id, mapping from intake_sender where code = %(code)s", {"code": code}),
    )
    if found is not None:
        return _Sender(**found)
    sender = Sender(id=new_id(), ref=new_ref(), code=code, name=code, created_at=at)
    if mapping:
        sender.mapping = mapping
    sender.save(force_insert=True)
    forget()
    record("intake.sender_added", at=at, by=by, subjects=[sender.id], mapping=sender.mapping)
    return _Sender(id=sender.id, mapping=sender.mapping)


def _mapping(name: str) -> tuple[str, int]:
    try:
        stored = definitions.latest("mapping", name)
    except NothingInForceError:
        known = ", ".join(sorted({one.id for one in definitions.versions("mapping")}))
        raise UnknownMapping(
            f"There is no mapping {name!r}; choose one of {known}, or take a new one into use."
        ) from None
    return stored.id, stored.version


def _begun(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first chunk, and those after it if there are any: most messages have one."""
    first, second = next(chunks, b""), next(chunks, None)
    return first, iter(()) if second is None else chain([second], chunks)


def _keep(
    sender: _Sender,
    first: bytes,
    rest: Iterator[bytes],
    message_id: str | None,
    name: str,
    *,
    mapping: str,
    version: int,
    refused: str,
    manifest: Manifest,
    held: bool,
    by: UUID | None,
    at: datetime,
) -> Stored:
    message, ref = new_id(), new_ref()
    sha256, size = _write_rest(message, first, rest)
    own = message_id or sha256
    earlier = _unless_known(sender, own, sha256)
    refused = refused or differs(manifest, rows=None, sha256=sha256)
    state = "conflict" if earlier else "unmapped" if held else "stored"
    if refused:
        state = "refused"
        # It has no claim to its id: sent again with what was missing, it is a message like others.
        own = f"{own} (refused)"
        _unless_known(sender, own, sha256)
    new = NewMessage(
        id=message,
        ref=ref,
        sender=sender.id,
        message_id=own,
        sha256=sha256,
        size=size,
        name=name[:200],
        mapping=mapping,
        version=version,
        state=state,
        refused=refused,
        is_judged=bool(refused),
        declared_rows=manifest.rows,
        data=first or None,
    )
    keep([new], by=by, at=at)
    record(
        "intake.message_stored",
        at=at,
        by=by,
        subjects=[message, sender.id],
        sha256=sha256,
        size=size,
        state=state,
        declared_rows=manifest.rows,
        declared_sha256=manifest.sha256,
    )
    return Stored(message_ref=ref, already=False, state=state, refused=refused)


def _unless_known(sender: _Sender, message_id: str, sha256: str) -> list[KnownMessage]:
    """Return those that have this id with other content. Raises _Known for the same one."""
    earlier = known_messages([(sender.id, message_id)])
    for other in earlier:
        if other.sha256 == sha256:
            # Chunks that were written are rolled back with this.
            raise _Known(
                Stored(
                    message_ref=other.ref, already=True, state=other.state, refused=other.refused
                )
            )
    return earlier


def _write_rest(message: UUID, first: bytes, rest: Iterator[bytes]) -> tuple[str, int]:
    """Write the chunks after the first, as they come; return hash and length of all."""
    digest, size = hashlib.sha256(first), len(first)
    for number, chunk in enumerate(rest, start=1):
        digest.update(chunk)
        size += len(chunk)
        execute(
            "insert into intake_chunk (message_id, number, bytes) values (%s, %s, %s)",
            [message, number, chunk],
        )
    return digest.hexdigest(), size


def of_one_size(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield bytes in chunks of the one size, so that a place in them tells its chunk."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    if held:
        yield bytes(held)
