"""A script: what a handler says and asks, in order, with conditions that a reader can follow."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from throughline.definitions.forms import Form

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Said = Annotated[str, Field(min_length=2)]
QuestionType = Literal[
    "identity",
    "info",
    "yes_no",
    "choice",
    "choices",
    "date",
    "text",
    "phone",
    "postcode",
    "household_grid",
    "contacts_grid",
    "visits_grid",
]
# Worked out by the service, never typed in.
Flag = Literal["under_18", "isolation_known", "isolation_over", "others_at_home"]

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
# All that may be said before we know who is listening.
BEFORE_IDENTITY = frozenset(
    {"handler_name", "service_name", "service_number", "check_website", "full_name"}
)
AFTER_IDENTITY = frozenset({"first_name", "support_number", "isolate_until_long"})
MATCHED = "matched"


def placeholders(text: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(PLACEHOLDER.findall(text))


class Condition(Form):
    """One thing that must hold: an earlier answer, or a flag that the service works out."""

    field: Code | None = None
    flag: Flag | None = None
    equals: str | bool | None = None
    one_of: tuple[str, ...] = ()

    @model_validator(mode="after")
    def one_question(self) -> Self:
        if (self.field is None) == (self.flag is None):
            raise ValueError("a condition names either a field or a flag")
        if (self.equals is None) == (not self.one_of):
            raise ValueError(f"the condition on {self.field or self.flag} needs equals or one_of")
        if self.flag is not None and not isinstance(self.equals, bool):
            raise ValueError(f"the flag {self.flag} equals true or false")
        return self


class Asked(Form):
    """What people ask at this point, and an honest answer."""

    asked: Said
    answer: Said


class Choice(Form):
    """One answer to choose."""

    value: Code
    title: Said


class Question(Form):
    """What is written down; without a field the step is only said."""

    field: Code
    type: QuestionType
    label: Said
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    may_be_unknown: bool = False

    @model_validator(mode="after")
    def choices_where_they_belong(self) -> Self:
        if (self.type in ("choice", "choices")) != bool(self.choices):
            raise ValueError(f"{self.field}: choices belong to the types choice and choices")
        values = [one.value for one in self.choices]
        if len(set(values)) < len(values):
            raise ValueError(f"{self.field}: a choice is there twice")
        return self


class Step(Form):
    """One moment of the conversation."""

    id: Code
    section: Code
    say: Said
    if_asked: tuple[Asked, ...] = ()
    question: Question | None = None
    show_if: tuple[Condition, ...] = ()  # all must hold
    help: str = ""  # for the handler's eyes
    before_identity: bool = False
    ends: bool = False  # the conversation stops here
    suggests: str = ""  # an outcome's code, offered first

    @property
    def field(self) -> str:
        """Where the answer is kept; a step that is only said is kept under its own id."""
        return self.question.field if self.question else self.id

    def texts(self) -> tuple[str, ...]:
        """Everything that may be read aloud here."""
        return (self.say, *(one.answer for one in self.if_asked))


class Section(Form):
    """A stretch of the conversation, as the progress bar names it."""

    id: Code
    title: Said


class About(Form):
    """For whom, in which language, and what may be left on a voicemail."""

    purpose: Literal["case", "contact", "retraction"]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[a-z]+)?$")]
    identity: Code  # the field whose answer opens the rest
    voicemail: Said


class Script(Form):
    """A whole conversation."""

    about: About
    section: Annotated[tuple[Section, ...], Field(min_length=1)]
    step: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def reads_from_top_to_bottom(self) -> Self:
        sections = {one.id for one in self.section}
        seen: set[str] = set()
        for step in self.step:
            if step.section not in sections:
                raise ValueError(f"step {step.id}: there is no section {step.section}")
            for condition in step.show_if:
                if condition.field is not None and condition.field not in seen:
                    raise ValueError(
                        f"step {step.id}: show_if asks for {condition.field}, which no earlier "
                        "step answers"
                    )
            if step.field in seen:
                raise ValueError(f"step {step.id}: {step.field} is answered by an earlier step")
            seen.add(step.field)
        if len({step.id for step in self.step}) < len(self.step):
            raise ValueError("two steps have the same id")
        return self

    @model_validator(mode="after")
    def says_only_what_may_be_said(self) -> Self:
        _allow("voicemail", self.about.voicemail, BEFORE_IDENTITY)
        for step in self.step:
            allowed = BEFORE_IDENTITY | (frozenset() if step.before_identity else AFTER_IDENTITY)
            for text in step.texts():
                _allow(f"step {step.id}", text, allowed)
                if "isolate_until_long" in placeholders(text) and not _is_ahead(step):
                    raise ValueError(
                        f"step {step.id}: {{isolate_until_long}} may be said only where show_if "
                        "has isolation_known equals true and isolation_over equals false, so that "
                        "no date in the past is told"
                    )
        return self

    @model_validator(mode="after")
    def checks_identity_first(self) -> Self:
        checks = [one for one in self.step if one.question and one.question.type == "identity"]
        if [one.field for one in checks] != [self.about.identity]:
            raise ValueError(f"one step of type identity must answer {self.about.identity}")
        if not checks[0].before_identity:
            raise ValueError(f"step {checks[0].id}: the identity check needs before_identity")
        return self


def _allow(where: str, text: str, allowed: frozenset[str]) -> None:
    for name in sorted(placeholders(text) - allowed):
        raise ValueError(
            f"{where}: {{{name}}} may not be said here; allowed are {', '.join(sorted(allowed))}"
        )
    if set(PLACEHOLDER.sub("", text)) & {"{", "}"}:
        raise ValueError(f"{where}: a brace stands alone; write {{name}} or no brace")


def _is_ahead(step: Step) -> bool:
    flags = {one.flag: one.equals for one in step.show_if if one.flag}
    return flags.get("isolation_known") is True and flags.get("isolation_over") is False
