"""Taking in a batch of rows: each ends in exactly one place, and positives end in a case, in one transaction."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import cast
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from throughline.core.copying import checked_at_once, fetch, packed, run, stage
from throughline.core.ids import new_id
from throughline.intake.actions.claims import arrival_of
from throughline.intake.actions.linking import LinkRow, Placed, place_links
from throughline.intake.actions.quarantining import Quarantining, conflict, write_quarantine
from throughline.intake.models import Message
from throughline.intake.reading import FAILED, Read
from throughline.intake.rules.links import Link
from throughline.intake.rules.record import Fault, Record
from throughline.intake.rules.repeats import DECIDED, Version, judge_repeat, standing
from throughline.people.actions import find_or_add, lock_matching
from throughline.people.queries import Wanted
from throughline.people.rules.sought import Sought
from throughline.tracing.actions.results import accept_results
from throughline.tracing.arrivals import Tally

ROW = {
    "message_id": "uuid", "sender_id": "uuid", "day": "date", "number": "bigint", "place": "text", "offset": "bigint", "length": "int", "report_id": "text",
    "content_sha": "bytea", "result_id": "uuid",
}  # fmt: skip
REPORT = {
    "sender_id": "uuid", "report_id": "text", "content_sha": "bytea", "reported_at": "timestamptz", "status": "text",
    "result_id": "uuid", "earlier": "text", "is_new": "bool",
}  # fmt: skip

EARLIER = """case when n.earlier = '' then '{}'::bytea[] else array(
    select decode(one, 'hex') from unnest(string_to_array(n.earlier, ',')) as one) end"""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

log = logging.getLogger("throughline.intake")


@dataclass(slots=True)
class Due:
    """A row that was read, with its message and the local day on which that came."""

    message: Message
    day: date
    read: Read


Number = tuple[UUID, str]
"""A sender and its own number for a report."""


@dataclass(slots=True)
class Reported:
    """What is known under one of a sender's report numbers: every version, and the result that stands."""

    versions: list[Version]
    result_id: UUID
    is_new: bool

    @property
    def stands(self) -> Version:
        """The version that stands."""
        return max(reversed(self.versions), key=standing)


@dataclass(kw_only=True, slots=True)
class Accepted:
    """A row on its way to a result; which result it corrects, or which one has corrected it already."""

    message: Message
    number: int
    said: Record
    sought: Sought
    result_id: UUID
    supersedes: UUID | None = None
    superseded_by: UUID | None = None


@dataclass(kw_only=True)
class Taken:
    """Where the rows of a batch ended, message by message."""

    places: dict[UUID, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    tally: Tally = field(default_factory=Tally)

    def plus(self, other: Taken) -> Taken:
        """Return what two parts of a batch came to."""
        tally = Tally(
            positives=self.tally.positives + other.tally.positives,
            opened=self.tally.opened + other.tally.opened,
            joined=self.tally.joined + other.tally.joined,
            excluded=self.tally.excluded + other.tally.excluded,
        )
        both = Taken(tally=tally)
        for part in (self, other):
            for message, places in part.places.items():
                both.places[message].update(places)
        return both


class _Batch:
    """The rows of one batch on their way to their places."""

    def __init__(self, known: dict[Number, Reported]) -> None:
        self.known = known
        self.changed: dict[Number, Reported] = {}
        self.rows: list[tuple[object, ...]] = []
        self.faults: list[Quarantining] = []
        self.accepted: list[Accepted] = []
        self.links: list[tuple[Due, Link]] = []

    def place(self, read: Due) -> None:
        """Say where a row belongs; a later row meets the earlier ones of its own batch."""
        said = read.read.said
        if isinstance(said, Fault):
            self._quarantine(read, said, report_id="", content=None)
            return
        if isinstance(said, Link):
            self.links.append((read, said))
            return
        number = read.message.sender_id, said.report_id
        known = self.known.get(number)
        status = DECIDED if said.decided else said.status
        version = Version(content=said.content, reported_at=said.reported_at, status=status)
        if known is None:
            result = self._accept(read, said, "accepted")
            reported = Reported([version], result, True)  # noqa: FBT003 - is new
            self.known[number] = self.changed[number] = reported
            return
        match judge_repeat(known.versions, version):
            case "duplicate":
                self._row(read, "duplicate", said.report_id, said.content, known.result_id)
            case "conflict":
                self._quarantine(read, conflict(said), said.report_id, said.content)
            case judged:
                self.changed[number] = known
                self._version(read, said, version, known, is_late=judged == "late")

    def place_link(self, read: Due, said: Link, placed: Placed) -> None:
        """Say where a link belongs, once all links of the batch were looked at together."""
        if placed.fault is not None:
            self._quarantine(read, placed.fault, "", said.content)
        else:
            self._row(read, placed.place, "", said.content, None)

    def _version(
        self, read: Due, said: Record, version: Version, known: Reported, *, is_late: bool
    ) -> None:
        """Take in a further version: it corrects the one that stands, or was corrected before it came."""
        if said.decided:
            # What a person decided stands until the sender says something later than all before it.
            last = max(said.reported_at, known.stands.reported_at)
            version = Version(content=said.content, reported_at=last, status=DECIDED)
        known.versions.append(version)
        if is_late:
            self._accept(read, said, "corrected", superseded_by=known.result_id)
        else:
            known.result_id = self._accept(read, said, "corrected", supersedes=known.result_id)

    def _accept(self, read: Due, said: Record, place: str, **version: UUID) -> UUID:
        assert read.read.sought is not None  # noqa: S101 - only a fault speaks of nobody
        result = new_id()
        self.accepted.append(
            Accepted(
                message=read.message,
                number=read.read.row.row,
                said=said,
                sought=read.read.sought,
                result_id=result,
                **version,
            )
        )
        self._row(read, place, said.report_id, said.content, result)
        return result

    def _quarantine(self, read: Due, fault: Fault, report_id: str, content: bytes | None) -> None:
        message = read.message
        self.faults.append((message.id, message.sender_id, read.read.row.row, fault))
        self._row(read, "quarantined", report_id, content, None)

    def _row(
        self, read: Due, place: str, report_id: str, content: bytes | None, result: UUID | None
    ) -> None:
        row = read.read.row
        self.rows.append(
            (
                read.message.id,
                read.message.sender_id,
                read.day,
                row.row,
                place,
                row.offset,
                row.length,
                report_id,
                content,
                result,
            )
        )


def take_in_surely(rows: Sequence[Due], *, at: datetime, ahead: Wanted | None = None) -> Taken:
    """Take in a batch; a row on which the service itself fails is quarantined and holds up no other.

    The batch is halved until the row is alone, so that what is behind it is read all the same.
    """
    try:
        with transaction.atomic():
            return take_in(rows, at=at, ahead=ahead)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # Its kind alone: an error's text may quote the row.
        first, failed = rows[0], type(error).__name__
        log.error("%d rows from message %s on failed: %s", len(rows), first.message.ref, failed)
        if len(rows) == 1:
            fault = Fault(column="", value="", reason="failed", allowed=FAILED)
            return take_in([replace(first, read=Read(first.read.row, fault))], at=at)
        middle = len(rows) // 2
        taken = take_in_surely(rows[:middle], at=at)
        return taken.plus(take_in_surely(rows[middle:], at=at))


def take_in(rows: Sequence[Due], *, at: datetime, ahead: Wanted | None = None) -> Taken:
    """Write a batch of rows, of one message or of many, of one sender or of many: ledger, quarantine, persons, results and cases. Needs r_match.

    A row that stands in the ledger as waiting (one mended in quarantine) is moved, every other is added.
    """
    if not rows:
        return Taken()
    lock_matching()
    batch = _Batch(_known_reports(rows))
    for read in rows:
        batch.place(read)
    with checked_at_once():
        tally = _accept(batch, at, ahead)
        _place_links(batch, at)
        _write_rows(batch)
        _write_reports(batch)
        write_quarantine(batch.faults, at)
    taken = Taken(tally=tally)
    for message, _, _, _, place, *_ in batch.rows:
        taken.places[cast(UUID, message)][str(place)] += 1
    return taken


def _known_reports(rows: Sequence[Due]) -> dict[Number, Reported]:
    numbers = {
        (due.message.sender_id, due.read.said.report_id)
        for due in rows
        if isinstance(due.read.said, Record)
    }
    found = fetch(
        # One whose load was undone is as if it had never come.
        """select r.sender_id, r.report_id, r.content_sha, r.earlier, r.reported_at, r.status, r.result_id
        from unnest(string_to_array(%s, chr(30))::uuid[], string_to_array(%s, chr(30))) as w(sender_id, report_id)
        join intake_report r on r.sender_id = w.sender_id and r.report_id = w.report_id
        where r.content_sha <> ''""",
        [packed([sender for sender, _ in numbers]), packed([report for _, report in numbers])],
    )
    return {
        (sender, report): Reported(
            versions=[
                Version(content=bytes(content), reported_at=reported_at, status=status),
                # Of those that no longer stand only the content is asked for.
                *(Version(content=bytes(one), reported_at=_LONG_AGO) for one in earlier),
            ],
            result_id=result,
            is_new=False,
        )
        for sender, report, content, earlier, reported_at, status, result in found
    }


def _accept(batch: _Batch, at: datetime, ahead: Wanted | None) -> Tally:
    """Match the accepted rows to persons and hand their results on."""
    if not batch.accepted:
        return Tally()
    matches = find_or_add(
        [one.sought for one in batch.accepted],
        source=[f"intake:{one.message.sender.code}" for one in batch.accepted],
        at=at,
        ahead=ahead,
    )
    return accept_results(
        [
            arrival_of(
                one.said,
                match=match,
                message=one.message,
                number=one.number,
                result_id=one.result_id,
                supersedes=one.supersedes,
                superseded_by=one.superseded_by,
                area=one.sought.claim.home.area if one.sought.claim.home else "",
            )
            for one, match in zip(batch.accepted, matches, strict=True)
        ],
        at=at,
    )


def _place_links(batch: _Batch, at: datetime) -> None:
    """After the results of the batch, whose persons its links may name: each of its own sender's alone."""
    by_sender: dict[UUID, list[tuple[Due, Link]]] = defaultdict(list)
    for due, said in batch.links:
        by_sender[due.message.sender_id].append((due, said))
    for told in by_sender.values():
        links = [
            LinkRow(due.message.id, due.read.row.row, due.message.received_at, said)
            for due, said in told
        ]
        sender = told[0][0].message.sender
        for (due, said), placed in zip(told, place_links(sender, links, at=at), strict=True):
            batch.place_link(due, said, placed)


def _write_rows(batch: _Batch) -> None:
    stage("new_row", ROW, batch.rows)
    run(
        """insert into intake_row as r (message_id, sender_id, day, number, place, "offset", length,
            report_id, content_sha, result_id)
        select message_id, sender_id, day, number, place, "offset", length, report_id, content_sha, result_id
        from new_row
        on conflict (message_id, number) do update set place = excluded.place,
            report_id = excluded.report_id, content_sha = excluded.content_sha,
            result_id = excluded.result_id
        where r.place = 'waiting'"""
    )


def _write_reports(batch: _Batch) -> None:
    rows = [_report(number, known) for number, known in batch.changed.items()]
    if not rows:
        return
    stage("new_report", REPORT, rows)
    run(
        f"""insert into intake_report (sender_id, report_id, content_sha, reported_at, status, result_id,
            earlier)
        select sender_id, report_id, content_sha, reported_at, status, result_id, {EARLIER} from new_report n
        where is_new
        on conflict (sender_id, report_id) do update set content_sha = excluded.content_sha,
            reported_at = excluded.reported_at, status = excluded.status,
            result_id = excluded.result_id, earlier = excluded.earlier
        where intake_report.content_sha = ''"""  # noqa: S608 - our own expression
    )
    if all(known.is_new for known in batch.changed.values()):
        return
    run(
        f"""update intake_report r set earlier = {EARLIER}, content_sha = n.content_sha,
            reported_at = greatest(r.reported_at, n.reported_at), status = n.status,
            result_id = n.result_id
        from new_report n where not n.is_new and r.sender_id = n.sender_id
            and r.report_id = n.report_id"""  # noqa: S608
    )


def _report(number: Number, known: Reported) -> tuple[object, ...]:
    stands = known.stands
    earlier = ",".join(one.content.hex() for one in known.versions if one is not stands)
    return (
        *number, stands.content, stands.reported_at, stands.status, known.result_id, earlier,
        known.is_new,
    )  # fmt: skip
