"""Outcomes of a conversation: codes whose flags drive what happens next; no rule reads a name."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from throughline.definitions.forms import Form

Retry = Literal[
    "ladder",  # ring again at another hour of the day
    "short",  # ring again within minutes
    "hours",  # ring again after so many hours
    "callback",  # ring at the time the person asked for
    "interpreter",
    "proxy",  # ring the parent, guardian or advocate
    "data_fix",  # someone finds a number that works
    "expert",  # someone with more training, now
    "other_skill",  # one more conversation by someone else, then closed
    "escalate",
    "hand_over",
    "suppress_all",  # every channel falls silent
    "merge_prompt",  # ask whether this is somebody already known
    "none",
]


class Outcome(Form):
    """One way in which a conversation can end."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    title: Annotated[str, Field(min_length=2, max_length=60)]
    meaning: Annotated[str, Field(min_length=2)]
    applies_to: tuple[Literal["case", "contact"], ...] = ("case", "contact")
    reached: bool = False  # a person who may speak for the household was spoken to
    told: bool = False  # what the call was for is done: interviewed, or told what to do
    final: bool = False
    counts_as_attempt: bool = True
    retry: Retry
    retry_hours: Annotated[float, Field(gt=0, le=336)] | None = None
    never_redial_number: bool = False
    leaves_message: bool = False  # at most so many a day
    needs_guaranteed_agent: bool = False  # no automatic dialling to a call nobody may take
    sensitive: bool = False  # hidden from lists and boards
    requires: tuple[Literal["callback_time", "language", "note_reason"], ...] = ()
    shortcut: Annotated[int, Field(ge=1, le=9)] | None = None  # Alt+Shift+digit

    @model_validator(mode="after")
    def flags_agree(self) -> Self:
        if (self.retry == "hours") != (self.retry_hours is not None):
            raise ValueError(
                f'{self.code}: retry_hours goes with retry = "hours" and with nothing else'
            )
        if self.retry == "callback" and "callback_time" not in self.requires:
            raise ValueError(f'{self.code}: retry = "callback" requires "callback_time"')
        if self.retry == "interpreter" and "language" not in self.requires:
            raise ValueError(f'{self.code}: retry = "interpreter" requires "language"')
        if self.final and self.retry not in ("none", "hand_over", "suppress_all", "merge_prompt"):
            raise ValueError(f"{self.code}: a final outcome cannot be tried again")
        if not self.final and self.retry == "none":
            raise ValueError(f"{self.code}: an outcome that is not final must say what comes next")
        if self.told and not self.reached:
            raise ValueError(f"{self.code}: nobody is told who was not reached")
        if not self.applies_to:
            raise ValueError(f"{self.code}: applies_to must name case, contact or both")
        return self


class Outcomes(Form):
    """The list a handler chooses from, in the order of the file."""

    outcome: Annotated[tuple[Outcome, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def nothing_twice(self) -> Self:
        codes = [one.code for one in self.outcome]
        for code in codes:
            if codes.count(code) > 1:
                raise ValueError(f"code {code} is there twice; each outcome has a code of its own")
        for kind in ("case", "contact"):
            keys = [one.shortcut for one in self.offered(kind) if one.shortcut]
            for key in keys:
                if keys.count(key) > 1:
                    raise ValueError(f"shortcut {key} is used twice for a {kind}; use each once")
        return self

    def offered(self, kind: Literal["case", "contact"] | str) -> tuple[Outcome, ...]:
        """What a handler may choose for a case or for a contact, in order; whatever else is as for a contact."""
        asked = "case" if kind == "case" else "contact"
        return tuple(one for one in self.outcome if asked in one.applies_to)

    def named(self, code: str) -> Outcome:
        """The outcome with this code; KeyError when the list has none."""
        for one in self.outcome:
            if one.code == code:
                return one
        raise KeyError(code)
