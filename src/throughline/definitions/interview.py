"""Walking through a script: the next step, what was answered, how far along. No clock, no pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from throughline.definitions.forms.script import (
    MATCHED,
    PLACEHOLDER,
    Condition,
    Script,
    Step,
)

# An answer is kept under its step's field; None means asked, and not known.
Answer = str | bool | None | list[str] | list[dict[str, str]]
Answers = Mapping[str, Answer]
Flags = Mapping[str, bool]


@dataclass(frozen=True, kw_only=True)
class Done:
    """Nothing is left to say; `suggests` is the outcome that the first step with one points to."""

    suggests: str = ""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Steps answered out of those that show now, and the section in hand."""

    answered: int
    steps: int
    section: str


class MissingValueError(ValueError):
    """A step cannot be read aloud because a value for it is not known."""


def path(script: Script, answers: Answers, flags: Flags) -> Iterator[Step]:
    """The steps that show with these answers, in order.

    Only answers to steps that show count: an answer left over from another branch is kept, and
    decides nothing.
    """
    counted: dict[str, Answer] = {}
    for step in script.step:
        if not step.before_identity and counted.get(script.about.identity) != MATCHED:
            continue
        if not all(_holds(one, counted, flags) for one in step.show_if):
            continue
        yield step
        if step.field in answers:
            counted[step.field] = answers[step.field]
            if step.ends:
                return


def next_step(script: Script, answers: Answers, flags: Flags) -> Step | Done:
    """The first step that shows and is not answered yet."""
    suggests = ""
    for step in path(script, answers, flags):
        if step.field not in answers:
            return step
        suggests = suggests or step.suggests
    return Done(suggests=suggests)


def step_to_show(script: Script, answers: Answers, flags: Flags, wanted: str) -> Step | Done:
    """The step a handler jumped to, if it shows and everything before it is answered."""
    for step in path(script, answers, flags):
        if step.id == wanted:
            return step
        if step.field not in answers:
            break
    return next_step(script, answers, flags)


def counted_answers(script: Script, answers: Answers, flags: Flags) -> dict[str, Answer]:
    """The answers that count: those of steps that show."""
    return {
        step.field: answers[step.field]
        for step in path(script, answers, flags)
        if step.field in answers
    }


def progress(script: Script, answers: Answers, flags: Flags) -> Progress:
    """How far along the conversation is."""
    steps = list(path(script, answers, flags))
    here = next_step(script, answers, flags)
    section = steps[-1].section if isinstance(here, Done) else here.section
    return Progress(
        answered=sum(step.field in answers for step in steps),
        steps=len(steps),
        section=next(one.title for one in script.section if one.id == section),
    )


def render_say(step: Step, values: Mapping[str, str]) -> str:
    """What to say, with its values in place."""
    return render(step.say, values, where=step.id)


def render(text: str, values: Mapping[str, str], *, where: str) -> str:
    """A text of a script with its values in place; values are put in as they are, never read again."""
    missing = [name for name in PLACEHOLDER.findall(text) if not values.get(name)]
    if missing:
        raise MissingValueError(f"step {where} cannot be read aloud: {missing[0]} is not known.")
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _holds(condition: Condition, answers: Answers, flags: Flags) -> bool:
    if condition.flag is not None:
        return flags.get(condition.flag, False) is condition.equals
    given = answers.get(condition.field or "")
    wanted = condition.one_of or (condition.equals,)
    if isinstance(given, list):
        return any(one in wanted for one in given)
    return given is not None and given in wanted
