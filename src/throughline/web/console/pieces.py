"""The pieces of the screen as values, and how each is made from what the rooms below return."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.timezone import get_current_timezone

from throughline.tracing.queries.cards import (
    AttemptLine,
    Conversation,
    PhoneLine,
    SubjectLine,
    TimelineLine,
)
from throughline.web.console import words
from throughline.web.console.days import shown
from throughline.web.console.reading import Posted
from throughline.web.filters import span, weekday


@dataclass(frozen=True, kw_only=True)
class Agent:
    """What the handler is doing, since when, and how the state bar marks it."""

    state: str
    code: str
    title: str
    kind: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What was entered in the outcome bar, so that a refusal loses nothing."""

    outcome: str = ""
    day: str = ""
    time: str = ""
    who: str = "anyone"
    language: str = ""
    note: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What was refused just now, where to say so, and what had been typed."""

    sentence: str = ""
    answer: str = ""
    outcome: str = ""
    number: str = ""
    posted: Posted | None = None
    ending: Ending | None = None


NOTHING_WRONG = Trouble()


@dataclass(frozen=True, kw_only=True)
class Telephone:
    """A number with the key by which the page asks for it."""

    key: UUID
    display: str
    wrong: bool


@dataclass(frozen=True, kw_only=True)
class Ringing:
    """The call that goes on."""

    display: str
    tel_uri: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Past:
    """One earlier call, and how long ago."""

    at: datetime
    ago: str
    who: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person of the household in the strip."""

    ref: UUID
    name: str
    state_title: str
    state_kind: str
    here: bool
    over: bool  # told already: nothing more to say


@dataclass(frozen=True, kw_only=True)
class Given:
    """An answer given before, and the step to go back to for it."""

    step: str
    label: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Other:
    """Another person at home, what they are told, and how."""

    ref: UUID
    name: str
    until: str
    told: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the history."""

    at: datetime
    what: str
    detail: str
    who: str


def today_at(at: datetime) -> date:
    """Return the day by the service's clock."""
    return at.astimezone(get_current_timezone()).date()


def members(conversation: Conversation, here: SubjectLine) -> list[Member]:
    """Return the household's strip."""
    found = []
    for one in conversation.subjects:
        title, kind = words.SUBJECT_STATES.get(one.state, (one.state, "plain"))
        found.append(
            Member(
                ref=one.ref,
                name=one.person.display_name,
                state_title=title,
                state_kind=kind,
                here=one.ref == here.ref,
                over=one.interview is None and one.state != "waiting",
            )
        )
    return found


def ringing(conversation: Conversation, subject: SubjectLine) -> Ringing | None:
    """Return the call that goes on, if there is one."""
    call = next((one for one in conversation.attempts if one.open), None)
    if call is None:
        return None
    phone = _phone_of(call, (subject, *conversation.subjects))
    return Ringing(
        display=phone.display if phone else "the home",
        tel_uri=phone.tel_uri if phone else "",
        since=call.at,
    )


def _phone_of(call: AttemptLine, subjects: Sequence[SubjectLine]) -> PhoneLine | None:
    for subject in subjects:
        for phone in subject.person.phones:
            if phone.endpoint_id == call.endpoint_id:
                return phone
    return None


def past(one: AttemptLine, at: datetime) -> Past:
    """Return an earlier call, with how long ago it was."""
    who = ", ".join(part for part in (one.by_name, one.supplier) if part) or "someone"
    ago = (
        f"{'Called' if one.channel == 'call' else one.channel.capitalize()} {span(at - one.at)} ago"
    )
    return Past(at=one.at, ago=ago, who=who, outcome=one.outcome_title)


def event(one: TimelineLine) -> Event:
    """Return one line of the history."""
    return Event(at=one.at, what=one.title, detail=one.detail, who=one.who)


def visit(row: dict[str, Any], today: date) -> dict[str, str]:
    """Return one row of places as its fields show it."""
    on = row.get("from_on") or ""
    return {
        "on": shown(date.fromisoformat(on), today=today) if on else "",
        "kind": row.get("kind", ""),
        "name": row.get("name", ""),
        "role": row.get("role", ""),
    }


def until(day: date | None, *, over: bool) -> str:
    """Return what a person at home may be told of their last day."""
    if over:
        return "Over; name no day"
    return f"Until the end of {weekday(day)}" if day else "Not known yet"


def day_ahead(today: date, days: int) -> str:
    """Return the name of a day on which a call-back may be promised."""
    if days < 2:
        return ("Today", "Tomorrow")[days]
    return weekday(today + timedelta(days=days))


def typed_in(posted: Posted | None, name: str) -> str:
    """Return what was typed into one field."""
    return next(iter((posted or {}).get(name, ())), "")
