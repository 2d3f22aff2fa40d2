"""How a call goes: who answers, what they want, and what the handler writes down. Drawn by seed from the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from throughline.rehearsal.model import Person
from throughline.rehearsal.streams import Streams

# Outcomes after which what the call was for is done.
ENDS = frozenset({"completed", "declined_contacts", "loose_end"})

ANSWERED: tuple[tuple[str, float], ...] = (
    ("completed", 0.80),
    ("later", 0.06),
    ("declined", 0.035),
    ("declined_contacts", 0.02),
    ("too_ill", 0.02),
    ("partial", 0.025),
    ("vulnerable", 0.012),
    ("thinks_scam", 0.015),
    ("complaint", 0.005),
)
SILENT: tuple[tuple[str, float], ...] = (
    ("no_answer", 0.55),
    ("voicemail_left", 0.23),
    ("voicemail_no_message", 0.10),
    ("busy", 0.09),
    ("network_failed", 0.03),
)
NOTES = {
    "vulnerable": "Says they do not feel safe at home; a senior colleague was asked to ring today.",
    "complaint": "Was rung three times in a day and wants that looked into.",
    "system_error": "The call was cut off by our telephone system.",
}
NEVER_ANSWERS = 0.12
ANSWERS = 0.62
WHOLE = 200


@dataclass(kw_only=True)
class Course:
    """One call's course. `going` is said when asked whether it may go on."""

    outcome: str
    speaks: bool = False
    going: str = "yes"
    questions: int = WHOLE
    callback_at: datetime | None = None
    callback_mine: bool = False
    language: str | None = None
    note: str = ""
    most_spoken_with: int = 6
    finds_numbers: bool = False

    def give_up(self, outcome: str) -> None:
        """Nobody can be rung at all."""
        self.outcome, self.speaks = outcome, False

    def without_search(self) -> Course:
        """Return the same course once a number was looked for."""
        return replace(self, finds_numbers=False)


class Courses:
    """The courses of the town's calls."""

    def __init__(self, streams: Streams) -> None:
        """Draw from the town's own streams."""
        self.streams = streams

    def of(
        self,
        person: Person | None,
        *,
        kind: str,
        languages: Sequence[str],
        interprets: bool,
        mends: bool,
        at: datetime,
    ) -> Course:
        """Return how a call to this person goes, for a handler with these languages."""
        if person is None:
            return Course(outcome="no_answer", finds_numbers=mends)
        key = (person.id, at.isoformat())
        if person.phone_is_wrong and not mends:
            return Course(outcome="wrong_number")
        if person.role == "resident" and self.streams.chance(0.7, "home answers", person.id):
            return Course(outcome="in_care_home", finds_numbers=mends)
        if self._silent(person, key):
            outcome = self.streams.weighted(SILENT, "silent", *key)
            return Course(outcome=outcome, finds_numbers=mends)
        if person.needs_interpreter and person.language not in languages and not interprets:
            return Course(outcome="interpreter", language=person.language, finds_numbers=mends)
        return replace(self._answered(kind, key, at), finds_numbers=mends)

    def _silent(self, person: Person, key: tuple[object, ...]) -> bool:
        never = self.streams.chance(NEVER_ANSWERS, "never answers", person.household_id)
        return never or not self.streams.chance(ANSWERS, "answers", *key)

    def _answered(self, kind: str, key: tuple[object, ...], at: datetime) -> Course:
        how = self.streams.weighted(ANSWERED, "answered", *key)
        if kind == "contact" and how in {"declined_contacts", "too_ill"}:
            how = "completed"
        match how:
            case "later":
                hours = self.streams.between(2, 26, "call back", *key)
                mine = self.streams.chance(0.3, "call back mine", *key)
                return Course(
                    outcome="call_back",
                    speaks=True,
                    going="later",
                    callback_at=at + timedelta(hours=hours),
                    callback_mine=mine,
                )
            case "declined":
                return Course(outcome="declined", speaks=True, going="no")
            case "too_ill":
                return Course(outcome="too_ill", speaks=True, going="too_ill")
            case "partial":
                return Course(outcome="partial", speaks=True, questions=8)
            case "vulnerable" | "complaint":
                return Course(outcome=how, speaks=True, questions=6, note=NOTES[how])
            case "thinks_scam":
                return Course(outcome="thinks_scam")
        return Course(outcome=how, speaks=True)
