"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How well it is: all right; soon not; something needed is down or wrong."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check found; `do` is what to do about it when it is not all right."""

    name: str
    state: State
    what: str
    do: str = ""


def found(name: str, what: str, *, do: str, bad: bool, state: State = State.FAIL) -> Finding:
    """Return the finding: all right unless `bad`, and then `state`, with what to do."""
    return Finding(name=name, what=what, state=state if bad else State.OK, do=do if bad else "")
