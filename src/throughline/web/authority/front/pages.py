"""What the front page shows: alarms with an owner and an age, then numbers with words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from throughline.calling import queries as calling
from throughline.calling.queries.overdue import overdue
from throughline.intake import queries as intake
from throughline.intake.queries import Ledger, LedgerRow
from throughline.intake.queries.messages import open_rows
from throughline.tracing.queries.front import Today, handovers_waiting, today_counts
from throughline.web.authority.queues.pages import LATE, Board, board_of
from throughline.web.days import bounds, today
from throughline.web.filters import plural

DAYS = 7
# Half a day in quarantine is a positive whose contacts nobody has asked for.
ROW_LATE = timedelta(hours=12)
MOST = 4


@dataclass(frozen=True, kw_only=True)
class Attention:
    """One thing that somebody must look at: whose it is, how old, and where."""

    kind: str  # bad | warn
    title: str
    sentence: str
    owner: str
    age: timedelta | None
    href: str
    link: str


@dataclass(frozen=True, kw_only=True)
class FrontPage:
    """The front page."""

    attention: tuple[Attention, ...]
    received: int
    positives: int
    quarantined: int
    today: Today
    board: Board
    attempts: int
    reached: int
    at: datetime


def front_page(*, at: datetime) -> FrontPage:
    """Return the front page at that moment."""
    ledger = intake.ledger(days=DAYS, at=at)
    board = board_of(calling.queue_board(), at=at)
    since, _ = bounds(today(at))
    attempts = calling.attempt_counts(since=since)
    rows = [row for row in ledger.rows if row.day == today(at)]
    return FrontPage(
        attention=(
            *_worker(at),
            *_ledger(ledger, at),
            *_quarantine(at),
            *_handovers(at),
            *_conversations(board),
        ),
        received=sum(row.received for row in rows),
        positives=sum(row.positives for row in rows),
        quarantined=open_rows(),
        today=today_counts(since=since),
        board=board,
        attempts=sum(one.attempts for one in attempts),
        reached=sum(one.reached for one in attempts),
        at=at,
    )


def _worker(at: datetime) -> Iterator[Attention]:
    found = overdue(at=at)
    if found.silent:
        yield Attention(
            kind="bad",
            title="the worker may be silent",
            sentence=f"{plural(found.leases + found.rests, 'conversation was', 'conversations were')} due "
            "more than a minute ago and not taken up. Run throughline doctor on the server.",
            owner="Whoever runs the servers",
            age=None,
            href=reverse("queues"),
            link="Open the queues",
        )


def _ledger(ledger: Ledger, at: datetime) -> Iterator[Attention]:
    refs = {row.sender: row for row in ledger.rows}
    for alarm in ledger.alarms[:MOST]:
        late = alarm.code == "waiting_long"
        yield Attention(
            kind="bad",
            title="rows wait too long" if late else "the ledger does not balance",
            sentence=alarm.sentence,
            owner="Intake",
            age=at - alarm.hour if alarm.hour and not late else None,
            href=_day(refs.get(alarm.sender), alarm.day.isoformat()),
            link="Open the sender's day",
        )
    if len(ledger.alarms) > MOST:
        yield Attention(
            kind="bad",
            title=f"{len(ledger.alarms) - MOST:,} more of the ledger",
            sentence="The ledger names each.",
            owner="Intake",
            age=None,
            href=reverse("ledger"),
            link="Open the ledger",
        )


def _day(row: LedgerRow | None, day: str) -> str:
    return f"{reverse('ledger')}{row.sender_ref}/{day}/" if row else reverse("ledger")


def _quarantine(at: datetime) -> Iterator[Attention]:
    oldest = intake.oldest_open()
    if oldest is not None:
        yield Attention(
            kind="bad" if at - oldest > ROW_LATE else "warn",
            title=f"{plural(open_rows(), 'row waits', 'rows wait')} in quarantine",
            sentence="A row that cannot be used may be a positive result whose contacts nobody has asked for.",
            owner="Intake",
            age=at - oldest,
            href=reverse("quarantine"),
            link="Work the oldest row",
        )


def _handovers(at: datetime) -> Iterator[Attention]:
    found = handovers_waiting(at=at)
    if found.waiting and found.oldest:
        late = (
            f", {found.late:,} past {'its' if found.late == 1 else 'their'} time"
            if found.late
            else ""
        )
        yield Attention(
            kind="bad" if found.late else "warn",
            title="handovers are not accepted",
            sentence=f"{plural(found.waiting, 'household waits', 'households wait')} for a local team{late}.",
            owner="Local teams",
            age=at - found.oldest,
            href=reverse("handovers"),
            link="See by team",
        )


def _conversations(board: Board) -> Iterator[Attention]:
    waits = [queue for queue in board.queues if queue.waits is not None]
    if not waits:
        return
    oldest = max(waits, key=lambda queue: queue.waits or timedelta())
    if oldest.waits is None or oldest.waits <= LATE:
        return
    yield Attention(
        kind="warn",
        title="a conversation waits too long",
        sentence=f"The oldest is in the queue {oldest.title} ({oldest.parts}).",
        owner="Suppliers",
        age=oldest.waits,
        href=reverse("queues"),
        link="Open the queues",
    )
