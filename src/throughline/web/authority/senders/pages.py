"""What the senders' pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from throughline.core.errors import NotFound
from throughline.intake.queries.declared import Compared, compared
from throughline.intake.queries.keys import KeyLine, keys_of
from throughline.intake.queries.messages import MessageLine, refused_of
from throughline.intake.queries.senders import (
    DAYS,
    DayCount,
    FormatCount,
    Lag,
    SenderState,
    day_counts,
    faults_by_kind,
    formats_of,
    lag_of,
    sender_states,
)
from throughline.web.days import bounds, today
from throughline.web.filters import span

WIDTH, HEIGHT = 1000, 120
TAGS = {"valid": "good", "expired": "warn", "revoked": "plain"}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day of the chart: its rows, and above them those at fault, in the chart's own units."""

    count: DayCount
    left: float
    width: float
    top: float
    height: float
    fault_height: float


@dataclass(frozen=True, kw_only=True)
class SenderLine:
    """A sender in the list."""

    state: SenderState
    word: str
    tag: str
    silent: str


@dataclass(frozen=True, kw_only=True)
class SenderPage:
    """A sender's page."""

    line: SenderLine
    keys: tuple[KeyLine, ...]
    formats: tuple[FormatCount, ...]
    lag: Lag
    faults: tuple[tuple[str, str, int, int], ...]
    refused: tuple[MessageLine, ...]
    bars: tuple[Bar, ...]
    counts: tuple[Compared, ...]
    most: int
    days: int
    at: datetime


def sender_list(*, at: datetime) -> tuple[SenderLine, ...]:
    """Return every sender, those who are silent for too long first."""
    lines = [_line(state, at) for state in sender_states(at=at)]
    return tuple(sorted(lines, key=lambda line: line.tag != "bad"))


def sender_page(ref: UUID, *, at: datetime) -> SenderPage:
    """Return one sender's page. Raises NotFound."""
    state = next((one for one in sender_states(at=at) if one.ref == ref), None)
    if state is None:
        raise NotFound
    on = today(at)
    since, _ = bounds(on - timedelta(days=DAYS - 1))
    counts = day_counts(state.id, last=on)
    most = max(one.rows for one in counts)
    return SenderPage(
        line=_line(state, at),
        keys=keys_of(state.code, at=at),
        formats=formats_of(state.id, since=since),
        lag=lag_of(state.id, at=at),
        faults=faults_by_kind(state.id, since=since),
        refused=refused_of(sender_ref=ref, since=since),
        bars=tuple(_bar(number, one, most) for number, one in enumerate(counts)),
        counts=compared(on - timedelta(days=7), sender_id=state.id),
        most=most,
        days=DAYS,
        at=at,
    )


def _line(state: SenderState, at: datetime) -> SenderLine:
    silence = state.silence
    if state.last_at is None:
        word, tag, silent = "Not heard yet", "plain", "Nothing has come from it yet."
    elif silence is None:
        word, tag = "New", "info"
        silent = f"Heard {span(at - state.last_at)} ago; too little is known to say what is usual."
    elif silence.is_long:
        word, tag = "Silent", "bad"
        silent = (
            f"Silent for {span(silence.now)}; at this hour of the week {span(silence.usual)} is the longest of its "
            "last four weeks."
        )
    else:
        word, tag = "In order", "good"
        silent = f"Heard {span(silence.now)} ago, which is usual at this hour."
    return SenderLine(state=state, word=word, tag=tag, silent=silent)


def _bar(number: int, count: DayCount, most: int) -> Bar:
    step = WIDTH / DAYS
    scale = HEIGHT / max(most, 1)
    height = round(count.rows * scale, 2)
    return Bar(
        count=count,
        left=round(number * step + step * 0.1, 2),
        width=round(step * 0.8, 2),
        top=round(HEIGHT - height, 2),
        height=height,
        fault_height=round(count.faults * scale, 2),
    )
