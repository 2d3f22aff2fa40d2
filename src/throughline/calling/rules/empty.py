"""Why a queue gives nothing, in a sentence, and when to look again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from throughline.calling.rules.hours import clock, in_service, local, next_in_service
from throughline.definitions.forms.calling import Calling

LOOK_AGAIN = timedelta(minutes=5)

# Counting stops here, so that asking stays cheap however long the queues are.
COUNTED_TO = 1000


@dataclass(frozen=True, kw_only=True)
class EmptyFacts:
    """Counts over the queues that this handler may take from, and over all the others."""

    waiting_for_me: int = 0
    resting_for_me: int = 0
    next_wakes_at: datetime | None = None
    with_others: int = 0
    waiting_for_other_skills: int = 0
    handlers_ready: int = 0
    next_results_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Empty:
    """What the screen says, and when it asks again by itself."""

    sentence: str
    look_again_at: datetime


def empty_queue_reason(facts: EmptyFacts, terms: Calling, at: datetime) -> Empty:
    """The reason for an empty hand, made of counts alone: nobody's name, nobody's fault."""
    if not in_service(at, terms):
        opens = next_in_service(at, terms)
        return Empty(
            sentence=f"Nobody is rung at this hour; calls begin again {_when(opens, at, terms)}.",
            look_again_at=opens,
        )
    said = [_waiting(facts)]
    moments = [at + LOOK_AGAIN]
    if facts.resting_for_me and facts.next_wakes_at:
        said.append(
            f"{_count(facts.resting_for_me, 'rests', 'rest')}, of which the "
            f"first comes back {_when(max(facts.next_wakes_at, at), at, terms)}."
        )
        moments = [max(facts.next_wakes_at, at + timedelta(minutes=1))]
    if facts.with_others:
        said.append(f"{_count(facts.with_others, 'is', 'are')} with other handlers now.")
    if facts.waiting_for_other_skills:
        said.append(
            f"{_count(facts.waiting_for_other_skills, 'waits', 'wait')} for skills, languages or "
            "areas that are not yours."
        )
    if facts.handlers_ready > 1:
        said.append(f"{facts.handlers_ready} handlers are ready, you among them.")
    if facts.next_results_at and facts.next_results_at > at:
        said.append(f"The next results are due {_when(facts.next_results_at, at, terms)}.")
        moments.append(facts.next_results_at)
    again = min(moments)
    said.append(f"Look again {_when(again, at, terms)}; your waiting time is counted as waiting.")
    return Empty(sentence=" ".join(said), look_again_at=again)


def _waiting(facts: EmptyFacts) -> str:
    if facts.waiting_for_me:
        return (
            f"{facts.waiting_for_me} conversations wait for your skills, and each was just taken "
            "by someone else."
        )
    return "0 conversations wait for your skills."


def _count(number: int, one: str, more: str) -> str:
    shown = f"{number} or more" if number >= COUNTED_TO else str(number)
    return f"{shown} {one if number == 1 else more}"


def _when(moment: datetime, at: datetime, terms: Calling) -> str:
    days = (local(moment, terms).date() - local(at, terms).date()).days
    day = {0: "", 1: " tomorrow"}.get(days, f" on {local(moment, terms):%A}")
    return f"at {clock(moment, terms)}{day}"
