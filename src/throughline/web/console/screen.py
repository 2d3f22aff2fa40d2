"""What one draw of the console shows, put together from the conversation in hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.timezone import get_current_timezone

from throughline.calling.queries import Lease, outcomes
from throughline.core.ids import new_ref
from throughline.definitions.forms.outcomes import Outcome
from throughline.definitions.interview import path, render
from throughline.tracing.queries import terms
from throughline.tracing.queries.cards import (
    AttemptLine,
    Conversation,
    InterviewState,
    PhoneLine,
    SubjectLine,
    TimelineLine,
)
from throughline.web.console import question as questions
from throughline.web.console import words
from throughline.web.console.days import shown
from throughline.web.console.people_named import Row, blank_row, rows_of
from throughline.web.console.reading import Posted
from throughline.web.filters import clock, span, weekday

# Days ahead on which a call-back may be promised.
DAYS_AHEAD = 7
LAST = 5
SECTIONS_WITH_DERIVATION = "advice"


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


class Screen:
    """One conversation, one person of it, one question: every value that the templates ask for."""

    def __init__(
        self,
        *,
        lease: Lease,
        conversation: Conversation,
        subject: SubjectLine,
        interview: InterviewState,
        agent: Agent,
        at: datetime,
        trouble: Trouble = NOTHING_WRONG,
        focus: str = "question",
        said: str = "",
    ) -> None:
        """Keep what the parts are made of."""
        self.lease, self.conversation, self.subject = lease, conversation, subject
        self.interview, self.agent, self.at = interview, agent, at
        self.trouble = trouble
        self.item, self.fence = lease.item_ref, lease.fence
        self.subject_ref = subject.ref
        self.person, self.subjects = subject.person, _members(conversation, subject)
        self.revealed = subject.person.revealed
        self.problem, self.said = trouble.sentence, said
        self.queue_title = words.queue(conversation.kind, conversation.language)
        self.subject_title = subject.title if self.revealed else "Tracing call"
        self.ringing = _ringing(conversation, subject)
        self.may_put_back = self.ringing is None
        self.step_id = interview.step_id
        self.focus = focus if self.step_id or focus in ("person", "dial") else "outcome"
        self._question()
        self._outcomes()

    # The person, and how to reach them.

    @property
    def today(self) -> date:
        """The day by the service's clock."""
        return today_at(self.at)

    @property
    def language_wanted(self) -> str:
        """What is wanted where the conversation is not in English."""
        spoken = words.language(self.conversation.language)
        if self.conversation.interpreter:
            return f"{spoken}, with an interpreter"
        return "" if self.conversation.language == "en" else f"Speaks {spoken}"

    @property
    def telephones(self) -> list[Telephone]:
        """The numbers that may be rung."""
        return [one for one in self.all_telephones if not one.wrong]

    @property
    def all_telephones(self) -> list[Telephone]:
        """All numbers, wrong ones last."""
        found = [
            Telephone(key=one.detail_id, display=one.display, wrong=one.wrong)
            for one in self.person.phones
        ]
        return sorted(found, key=lambda one: one.wrong)

    @property
    def number_typed(self) -> str:
        """The number that was refused, as typed."""
        return _one(self.trouble.posted, "number") if self.trouble.number else ""

    @property
    def number_error(self) -> str:
        """Why the number was refused."""
        return self.trouble.number

    # What was before.

    @property
    def attempts(self) -> list[Past]:
        """Earlier calls by anyone, the latest first."""
        return [_past(one, self.at) for one in self.conversation.attempts if not one.open][:LAST]

    @property
    def allowance_note(self) -> str | None:
        """How often this home was rung lately, this call left out."""
        return self.conversation.allowance_note if self.ringing is None else None

    @property
    def callback_note(self) -> str | None:
        """What was promised."""
        return self.conversation.callback_note

    @property
    def timeline(self) -> list[Event]:
        """The last five entries."""
        return [_event(one) for one in self.conversation.timeline[:LAST]]

    # The script.

    @property
    def script_title(self) -> str:
        """Which script, in which version."""
        return f"version {self.interview.version}"

    @property
    def say(self) -> list[str]:
        """What to say, as paragraphs of a few sentences."""
        return [one for one in self.interview.said.split("\n") if one.strip()]

    @property
    def help(self) -> str:
        """What only the handler reads."""
        note = self.interview.identity_note if self.is_identity else ""
        step = self.interview.step
        return " ".join(one for one in (step.help if step else "", note) if one)

    @property
    def asked(self) -> list[dict[str, str]]:
        """What people ask here, with answers that may be read aloud."""
        step, values = self.interview.step, self.interview.values
        if step is None:
            return []
        return [
            {"asked": one.asked, "answer": render(one.answer, values, where=step.id)}
            for one in step.if_asked
        ]

    @property
    def derivation(self) -> tuple[str, ...]:
        """How the day was worked out, beside the advice; nothing of it once the day has passed."""
        step = self.interview.step
        if step is None or step.section != SECTIONS_WITH_DERIVATION or self.interview.derived.over:
            return ()
        return self.interview.derived.steps

    @property
    def voicemail(self) -> str:
        """The only words that may be left on a voicemail."""
        return self.interview.voicemail

    # The answers.

    @property
    def saved(self) -> str:
        """When the last answer was saved."""
        return f"Saved {clock(self.interview.saved_at)}"

    @property
    def section(self) -> str:
        """The stretch of the conversation in hand."""
        return self.interview.progress.section

    @property
    def answered(self) -> int:
        """How many steps are done."""
        return self.interview.progress.answered

    @property
    def steps(self) -> int:
        """How many steps show with these answers."""
        return self.interview.progress.steps

    @property
    def revision(self) -> int:
        """What the next save expects to find."""
        return self.interview.revision

    @property
    def is_identity(self) -> bool:
        """Whether this step finds out who is on the line."""
        return self.question is not None and self.question.type == "identity"

    @property
    def identifiers(self) -> list[tuple[str, str, str, str]]:
        """What can be compared: name, label, hint, and what was typed."""
        return [
            (name, *words.IDENTIFIERS[name], _one(self.trouble.posted, name))
            for name in self.interview.identity_asks
        ]

    def _question(self) -> None:
        step, answers, posted = self.interview.step, self.interview.answers, self.trouble.posted
        asked = step.question if step else None
        self.question = asked
        self.error = self.trouble.answer
        self.many = asked is not None and asked.type == "choices"
        self.rows: list[Row] | None = None
        self.back_to, self.given = self._way_back()
        if asked is None:
            return
        self.given_now = answers.get(asked.field)
        self.options = questions.options(asked, answers, posted)
        self.unknown = questions.unknown(asked, answers, posted)
        self.unknown_title = questions.unknown_title(asked)
        self.typed = questions.typed(asked, answers, posted, today=self.today)
        self.read_as = questions.read_as(asked, self.given_now) if posted is None else ""
        self.hint = questions.HINTS.get(asked.type, "")
        if asked.type in ("contacts_grid", "household_grid") and self.subject.kind == "case":
            self._grid(at_home=asked.type == "household_grid")
        if asked.type == "household_grid" and self.subject.kind == "contact":
            self._others()
        if asked.type == "visits_grid":
            self._visits()

    def _grid(self, *, at_home: bool) -> None:
        named = self.interview.named
        self.rows = rows_of(
            [one for one in named if one.same_household == at_home], today=self.today
        )
        position = max((one.position for one in named), default=0) + 1
        self.rows.append(blank_row(position, at_home=at_home))
        self.next_position = position + 1
        self.blank_row = blank_row("__position__", at_home=at_home)
        self.exposure_kinds, self.informers = words.EXPOSURES, words.INFORMERS

    def _others(self) -> None:
        kept = self.given_now if isinstance(self.given_now, list) else []
        told = {str(one.get("ref")): str(one.get("informed_by")) for one in kept}
        self.others = [
            Other(
                ref=one.ref,
                name=one.display_name,
                until=_until(one.isolation.until, over=one.isolation.over),
                told=told.get(str(one.ref), "told_now"),
            )
            for one in self.interview.others
        ]
        self.ways_told = words.TOLD_WAYS

    def _visits(self) -> None:
        kept = self.given_now if isinstance(self.given_now, list) else []
        self.visits = [_visit(one, self.today) for one in kept if isinstance(one, dict)]
        self.blank_visit = _visit({}, self.today)
        self.visits.append(self.blank_visit)
        self.place_kinds, self.place_roles = words.PLACE_KINDS, words.PLACE_ROLES

    def _way_back(self) -> tuple[str, list[Given]]:
        """Return the step before this one, and the answers given so far."""
        script = terms.script(self.interview.script, self.interview.version)
        answers = self.interview.answers
        before, given = "", []
        for step in path(script, answers, self.interview.flags):
            if step.id == self.step_id:
                break
            before = step.id
            if step.question is not None and step.field in answers:
                said = questions.in_words(step.question, answers[step.field])
                given.append(Given(step=step.id, label=step.question.label, words=said))
        return before, given

    # The outcome.

    def _outcomes(self) -> None:
        offered: Sequence[Outcome] = outcomes(self.at).offered(self.subject.kind)
        self.outcomes_first = [one for one in offered if one.shortcut]
        self.outcomes_more = [one for one in offered if not one.shortcut]
        step = self.interview.step
        due = self.interview.suggests if step is None or step.ends else ""
        self.chosen = self.trouble.ending or Ending(outcome=due)
        self.more_open = any(one.code == self.chosen.outcome for one in self.outcomes_more)
        self.outcome_error = self.trouble.outcome
        self.key = self.chosen.key or str(new_ref())
        self.days = [
            ((self.today + timedelta(days=n)).isoformat(), _day_ahead(self.today, n))
            for n in range(DAYS_AHEAD)
        ]
        self.languages = words.languages()


def _members(conversation: Conversation, here: SubjectLine) -> list[Member]:
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


def _ringing(conversation: Conversation, subject: SubjectLine) -> Ringing | None:
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


def _past(one: AttemptLine, at: datetime) -> Past:
    who = ", ".join(part for part in (one.by_name, one.supplier) if part) or "someone"
    ago = (
        f"{'Called' if one.channel == 'call' else one.channel.capitalize()} {span(at - one.at)} ago"
    )
    return Past(at=one.at, ago=ago, who=who, outcome=one.outcome_title)


def _event(one: TimelineLine) -> Event:
    return Event(at=one.at, what=one.title, detail=one.detail, who=one.who)


def _visit(row: dict[str, Any], today: date) -> dict[str, str]:
    on = row.get("from_on") or ""
    return {
        "on": shown(date.fromisoformat(on), today=today) if on else "",
        "kind": row.get("kind", ""),
        "name": row.get("name", ""),
        "role": row.get("role", ""),
    }


def _until(day: date | None, *, over: bool) -> str:
    if over:
        return "Over; name no day"
    return f"Until the end of {weekday(day)}" if day else "Not known yet"


def _day_ahead(today: date, days: int) -> str:
    if days < 2:
        return ("Today", "Tomorrow")[days]
    return weekday(today + timedelta(days=days))


def _one(posted: Posted | None, name: str) -> str:
    return next(iter((posted or {}).get(name, ())), "")
