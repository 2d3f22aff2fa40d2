"""What becomes of a conversation after an outcome. Only the outcome's flags are read, never its name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from throughline.calling.rules.retries import (
    at_the_time_asked_for,
    next_call_at,
    soonest_call_at,
)
from throughline.definitions.forms.calling import Calling
from throughline.definitions.forms.outcomes import Outcome

Elsewhere = Literal["interpreter", "data_fix", "expert", "other_skill"]


@dataclass(frozen=True, kw_only=True)
class State:
    """The conversation as it stands with this call included."""

    attempts: int  # calls that count, this one included
    tried_hours: tuple[int, ...] = ()  # local hours of this conversation's calls, this one included
    person: tuple[datetime, ...] = ()  # every call to this person, from anybody
    telephone: tuple[datetime, ...] = ()  # every call to this telephone, from anybody
    other_numbers: int = 0  # numbers left if this one is never rung again
    proxy_number: bool = False  # a number of a parent, guardian or advocate is known
    callback_at: datetime | None = None
    callback_by: Literal["mine", "anyone"] = "anyone"
    other_skill_tried: bool = False
    with_local_team: bool = False


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do with the work item; the reason stands in its history."""

    action: Literal["rest", "move", "hand_over", "close"]
    reason: str
    until: datetime | None = None  # rest: callable again from then
    to: Elsewhere | None = None  # move: to whom
    only_me: bool = False  # rest: only this handler rings back
    promised: bool = False  # rest: the person asked for the call, so the allowance does not bar it
    retire_number: bool = False
    suppress_all: bool = False
    ask_merge: bool = False
    needs_guaranteed_agent: bool = False


class CallbackTimeMissingError(ValueError):
    """A call-back without a time."""


def decide(flags: Outcome, state: State, terms: Calling, at: datetime) -> Decision:
    """What comes next after a call that ended with these flags."""
    decision = _final(flags, state) if flags.final else _NEXT[flags.retry](flags, state, terms, at)
    return replace(
        decision,
        retire_number=flags.never_redial_number,
        needs_guaranteed_agent=flags.needs_guaranteed_agent,
    )


def _final(flags: Outcome, state: State) -> Decision:
    if flags.retry == "hand_over" and not state.with_local_team:
        return Decision(action="hand_over", reason="the local team takes it from here")
    return Decision(
        action="close",
        reason="this conversation is finished",
        suppress_all=flags.retry == "suppress_all",
        ask_merge=flags.retry == "merge_prompt",
    )


def _ladder(flags: Outcome, state: State, terms: Calling, at: datetime) -> Decision:
    if _spent(state, terms):
        return _to_local(flags, state, terms, at)
    until = next_call_at(
        tried_hours=state.tried_hours,
        person=state.person,
        telephone=state.telephone,
        not_before=at + timedelta(minutes=terms.retry.rest_minutes),
        terms=terms,
    )
    return Decision(action="rest", until=until, reason="rings again at another hour of the day")


def _short(flags: Outcome, state: State, terms: Calling, at: datetime) -> Decision:
    return _soon(flags, state, terms, at, after=timedelta(minutes=terms.retry.short_minutes))


def _hours(flags: Outcome, state: State, terms: Calling, at: datetime) -> Decision:
    return _soon(flags, state, terms, at, after=timedelta(hours=flags.retry_hours or 0))


def _soon(
    flags: Outcome, state: State, terms: Calling, at: datetime, *, after: timedelta
) -> Decision:
    if _spent(state, terms) and not flags.reached:
        return _to_local(flags, state, terms, at)
    until = soonest_call_at(
        person=state.person, telephone=state.telephone, not_before=at + after, terms=terms
    )
    return Decision(action="rest", until=until, reason="rings again after a while")


def _callback(flags: Outcome, state: State, terms: Calling, at: datetime) -> Decision:
    if state.callback_at is None:
        raise CallbackTimeMissingError("A call-back needs a time; choose when to ring again.")
    return Decision(
        action="rest",
        until=at_the_time_asked_for(state.callback_at, at=at, terms=terms),
        only_me=state.callback_by == "mine",
        promised=True,
        reason="they asked to be rung then",
    )


def _data_fix(flags: Outcome, state: State, terms: Calling, at: datetime) -> Decision:
    if state.other_numbers > 0:
        return replace(_ladder(flags, state, terms, at), reason="another number is tried")
    return _move("data_fix", "nobody has a number that works")


def _proxy(flags: Outcome, state: State, terms: Calling, at: datetime) -> Decision:
    if state.proxy_number:
        decision = _soon(flags, state, terms, at, after=timedelta(0))
        return replace(decision, reason="the person who speaks for them is rung")
    return _move("data_fix", "the number of the person who speaks for them is wanted")


def _other_skill(flags: Outcome, state: State, terms: Calling, at: datetime) -> Decision:
    if state.other_skill_tried:
        return Decision(action="close", reason="asked twice, by two people, and the answer is no")
    return _move("other_skill", "someone else asks once more")


def _to_local(flags: Outcome, state: State, terms: Calling, at: datetime) -> Decision:
    """To the local team; a team that has it already goes on at its own pace."""
    if not state.with_local_team:
        reason = (
            "called as often as is right" if _spent(state, terms) else "the local team is wanted"
        )
        return Decision(action="hand_over", reason=f"{reason}; the local team takes it from here")
    until = soonest_call_at(
        person=state.person,
        telephone=state.telephone,
        not_before=at + timedelta(minutes=terms.retry.rest_minutes),
        terms=terms,
    )
    return Decision(action="rest", until=until, reason="stays with the local team")


def _spent(state: State, terms: Calling) -> bool:
    return state.attempts >= terms.retry.max_attempts


def _move(to: Elsewhere, reason: str) -> Decision:
    return Decision(action="move", to=to, reason=reason)


_NEXT: dict[str, Callable[[Outcome, State, Calling, datetime], Decision]] = {
    "ladder": _ladder,
    "short": _short,
    "hours": _hours,
    "callback": _callback,
    "interpreter": lambda *_: _move("interpreter", "an interpreter is wanted"),
    "data_fix": _data_fix,
    "proxy": _proxy,
    "expert": lambda *_: _move("expert", "an expert is wanted now"),
    "other_skill": _other_skill,
    "escalate": lambda *_: _move("expert", "it goes to someone who may decide"),
    "hand_over": _to_local,
    "suppress_all": lambda *_: Decision(
        action="close", reason="nothing more is sent", suppress_all=True
    ),
    "merge_prompt": lambda *_: Decision(
        action="close", reason="it may be one person recorded twice", ask_merge=True
    ),
}
