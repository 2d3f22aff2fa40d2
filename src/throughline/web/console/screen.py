"""What one draw of the console shows, put together from the conversation in hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from throughline.calling.queries import Lease, outcomes
from throughline.core.ids import new_ref
from throughline.definitions.forms.outcomes import Outcome
from throughline.definitions.forms.script import Step
from throughline.definitions.interview import path, render
from throughline.tracing.queries import terms
from throughline.tracing.queries.cards import Conversation, InterviewState, SubjectLine
from throughline.web.console import question as questions
from throughline.web.console import words
from throughline.web.console.people_named import Row, blank_row, rows_of
from throughline.web.console.pieces import (
    NOTHING_WRONG,
    Agent,
    Ending,
    Event,
    Given,
    Other,
    Past,
    Telephone,
    Trouble,
    day_ahead,
    event,
    members,
    past,
    ringing,
    today_at,
    typed_in,
    until,
    visit,
)
from throughline.web.filters import clock
from throughline.web.words import language

# Days ahead on which a call-back may be promised.
DAYS_AHEAD = 7
LAST = 5
# The section of a script beside whose words the day's derivation stands.
ADVICE = "advice"


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
        self.person, self.subjects = subject.person, members(conversation, subject)
        self.revealed = subject.person.revealed
        self.problem, self.said = trouble.sentence, said
        self.queue_title = words.queue(conversation.kind, conversation.language)
        self.subject_title = subject.title if self.revealed else "Tracing call"
        self.ringing = ringing(conversation, subject)
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
        spoken = language(self.conversation.language)
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
        return typed_in(self.trouble.posted, "number") if self.trouble.number else ""

    @property
    def number_error(self) -> str:
        """Why the number was refused."""
        return self.trouble.number

    # What was before.

    @property
    def attempts(self) -> list[Past]:
        """Earlier calls by anyone, the latest first."""
        return [past(one, self.at) for one in self.conversation.attempts if not one.open][:LAST]

    @property
    def allowance_note(self) -> str | None:
        """How often this home was rung lately, this call left out."""
        return self.conversation.allowance_note if self.ringing is None else None

    @property
    def callback_note(self) -> str | None:
        """What was promised, or by whom the household was passed on."""
        return self.conversation.callback_note

    @property
    def timeline(self) -> list[Event]:
        """The last five entries; the call that goes on stands in the bar above."""
        going_on = {one.at for one in self.conversation.attempts if one.open}
        past = [one for one in self.conversation.timeline if one.at not in going_on]
        return [event(one) for one in past[:LAST]]

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
        if step is None or step.section != ADVICE or self.interview.derived.over:
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
            (name, *words.IDENTIFIERS[name], typed_in(self.trouble.posted, name))
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
            self.unknown_title = "Not gone through now"
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

    def _named(self, step: Step) -> int | None:
        """How many people a grid's step named; None where the step has no such rows."""
        kind = step.question.type if step.question else ""
        if self.subject.kind != "case" or kind not in ("household_grid", "contacts_grid"):
            return None
        at_home = kind == "household_grid"
        return sum(one.same_household == at_home for one in self.interview.named)

    def _others(self) -> None:
        kept = self.given_now if isinstance(self.given_now, list) else []
        told = {str(one.get("ref")): str(one.get("informed_by")) for one in kept}
        self.others = [
            Other(
                ref=one.ref,
                name=one.display_name,
                until=until(one.isolation.until, over=one.isolation.over),
                told=told.get(str(one.ref), "handler"),
            )
            for one in self.interview.others
        ]
        self.ways_told = words.TOLD_WAYS

    def _visits(self) -> None:
        kept = self.given_now if isinstance(self.given_now, list) else []
        self.visits = [visit(one, self.today) for one in kept if isinstance(one, dict)]
        self.blank_visit = visit({}, self.today)
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
                said = questions.in_words(
                    step.question, answers[step.field], rows=self._named(step)
                )
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
            ((self.today + timedelta(days=n)).isoformat(), day_ahead(self.today, n))
            for n in range(DAYS_AHEAD)
        ]
        self.languages = words.languages()
