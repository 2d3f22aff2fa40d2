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
from throughline.intake.queries.alarms import DAYS
from throughline.intake.queries.held import open_held
from throughline.intake.queries.messages import open_rows
from throughline.intake.queries.quarantine import oldest_row
from throughline.intake.queries.senders import silent_senders
from throughline.tracing.queries.front import Today, handovers_waiting, today_counts
from throughline.web.authority.queues.pages import LATE, Board, board_of
from throughline.web.days import bounds, today
from throughline.web.filters import clock, plural, span
from throughline.workforce.queries.names import names_of

MOST = 4
# Whose a row is that nobody has taken on.
INTAKE = "Intake team"


TITLES = {
    "waiting_long": "rows wait too long",
    "declared_differs": "a sender counted other rows than arrived",
}

# What a message waits for of which nothing was read.
NEXT = {
    "ours": "the service failed on it, and it can be read again once that is mended",
    "refused": "ask the sender to send it again",
    "conflict": "an earlier one has its id, so say whether it is read too",
    "unmapped": "say how its file is read",
}


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
            *_silent(at),
            *_held(at),
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
    # Messages that wait for a person have a line of their own, which leads to the oldest.
    alarms = [one for one in ledger.alarms if one.code != "held_long"]
    for alarm in alarms[:MOST]:
        late = alarm.code == "waiting_long"
        yield Attention(
            kind="bad",
            title=TITLES.get(alarm.code, "the ledger does not balance"),
            sentence=alarm.sentence,
            owner="Intake",
            age=at - alarm.hour if alarm.hour and not late else None,
            href=_day(refs.get(alarm.sender), alarm.day.isoformat()),
            link="Open the sender's day",
        )
    if len(alarms) > MOST:
        yield Attention(
            kind="bad",
            title=f"{len(alarms) - MOST:,} more of the ledger",
            sentence="The ledger names each.",
            owner="Intake",
            age=None,
            href=reverse("ledger"),
            link="Open the ledger",
        )


def _day(row: LedgerRow | None, day: str) -> str:
    return f"{reverse('ledger')}{row.sender_ref}/{day}/" if row else reverse("ledger")


def _silent(at: datetime) -> Iterator[Attention]:
    for one in silent_senders(at=at):
        assert one.silence is not None  # noqa: S101 - only who is known can be silent
        yield Attention(
            kind="bad",
            title=f"{one.name} is silent",
            sentence=f"It has not been heard for {span(one.silence.now)}; at this hour of the week {span(one.silence.usual)} "
            "is the longest of its last four weeks.",
            owner=INTAKE,
            age=one.silence.now,
            href=reverse("sender", args=[one.ref]),
            link="Open the sender",
        )


def _held(at: datetime) -> Iterator[Attention]:
    found = open_held(limit=1)
    for oldest in found.oldest:
        late = at > oldest.due_at
        due = f"was due at {clock(oldest.due_at)}" if late else f"is due by {clock(oldest.due_at)}"
        what = NEXT["ours" if oldest.is_ours else oldest.state]
        yield Attention(
            kind="bad" if late else "warn",
            title=f"{plural(found.count, 'message waits', 'messages wait')} unread",
            sentence=f"The oldest, from {oldest.sender}, {due}. Nothing in it was read: {what}.",
            owner=names_of([oldest.owner_id]).get(oldest.owner_id, INTAKE)
            if oldest.owner_id
            else INTAKE,
            age=at - oldest.at,
            href=reverse("refused", args=[oldest.ref]),
            link="Work the oldest message",
        )


def _quarantine(at: datetime) -> Iterator[Attention]:
    oldest = oldest_row()
    if oldest is not None:
        late = at > oldest.due_at
        due = f"was due at {clock(oldest.due_at)}" if late else f"is due by {clock(oldest.due_at)}"
        yield Attention(
            kind="bad" if late else "warn",
            title=f"{plural(open_rows(), 'row waits', 'rows wait')} in quarantine",
            sentence=f"The oldest, from {oldest.sender}, {due}. It may be a positive result whose contacts nobody "
            "has asked for.",
            owner=names_of([oldest.owner_id]).get(oldest.owner_id, INTAKE)
            if oldest.owner_id
            else INTAKE,
            age=at - oldest.at,
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
