"""Every kind of definition as pairs of heading and sentence, and what changed between two versions.

The page of a definition and its list of differences read the same pairs, so that a difference is always
one that a reader can find on the page.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel

from throughline.definitions.forms.calling import Calling
from throughline.definitions.forms.mapping import FieldSource, Mapping, as_shown
from throughline.definitions.forms.outcomes import Outcome, Outcomes
from throughline.definitions.forms.protocol import Protocol
from throughline.definitions.forms.protocol_in_words import describe as describe_protocol
from throughline.definitions.forms.script import Condition, Script, Step

Pair = tuple[str, str]

RETRIES = {
    "ladder": "Ring again at another hour.",
    "short": "Ring again within the hour.",
    "callback": "Ring at the time that was asked for.",
    "interpreter": "To a handler with the language.",
    "proxy": "Ring the parent, guardian or advocate.",
    "data_fix": "Somebody looks for a number that works.",
    "expert": "To someone with more training, now.",
    "other_skill": "One more conversation by someone else, then closed.",
    "escalate": "To the person in charge.",
    "hand_over": "To the local team.",
    "suppress_all": "Every channel falls silent.",
    "merge_prompt": "Asks whether this is somebody already known.",
    "none": "Nothing more.",
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One heading whose sentence is not what it was; an empty side: the heading is new, or gone."""

    heading: str
    before: str
    now: str


def in_words(form: BaseModel) -> list[Pair]:
    """Return the definition as pairs, in the order in which a reader would ask."""
    match form:
        case Protocol():
            return describe_protocol(form)
        case Outcomes():
            return [(one.title, _outcome(one)) for one in form.outcome]
        case Calling():
            return _calling(form)
        case Script():
            return _script(form)
        case Mapping():
            return _mapping(form)
        case _:
            raise TypeError(
                f"{type(form).__name__} has no page; write its words in definitions.words"
            )


def differences(former: BaseModel, newer: BaseModel) -> list[Difference]:
    """Return what changed, in the newer one's order, then what is gone."""
    before, now = _numbered(in_words(former)), _numbered(in_words(newer))
    changed = [
        Difference(heading=heading, before=before.get(heading, ""), now=sentence)
        for heading, sentence in now.items()
        if before.get(heading) != sentence
    ]
    gone = [
        Difference(heading=heading, before=sentence, now="")
        for heading, sentence in before.items()
        if heading not in now
    ]
    return changed + gone


def _numbered(pairs: list[Pair]) -> dict[str, str]:
    """Make headings that come twice (two rules for one kind of contact) tell themselves apart."""
    seen: dict[str, int] = {}
    found: dict[str, str] = {}
    for heading, sentence in pairs:
        seen[heading] = seen.get(heading, 0) + 1
        found[heading if seen[heading] == 1 else f"{heading} ({seen[heading]})"] = sentence
    return found


def _outcome(one: Outcome) -> str:
    parts = [one.meaning.rstrip(".") + "."]
    parts.append("Reached." if one.reached else "Not reached.")
    if one.final:
        parts.append("The conversation is over.")
    elif one.retry == "hours":
        parts.append(f"Ring again after {one.retry_hours:g} hours.")
    else:
        parts.append(RETRIES[one.retry])
    if not one.counts_as_attempt:
        parts.append("Not counted as an attempt.")
    if one.never_redial_number:
        parts.append("The number is never rung again.")
    if len(one.applies_to) == 1:
        parts.append(f"Only for a {one.applies_to[0]}.")
    return " ".join(parts)


def _calling(form: Calling) -> list[Pair]:
    service, allowance, retry = form.service, form.allowance, form.retry
    per_team = ", ".join(
        f"{team}: {hours:g} hours" for team, hours in form.handover.hours_by_team.items()
    )
    return [
        ("Hours", f"People are rung from {service.opens}:00 to {service.closes}:00, {service.time_zone}."),
        (
            "Calls allowed",
            f"{allowance.calls} calls in {allowance.within_hours} hours and {allowance.calls_a_day} "
            f"a day, at least {allowance.gap_minutes} minutes apart: for one person and for one "
            "telephone, whoever rings.",
        ),
        ("Messages allowed", f"{allowance.messages_a_day} a day on a voicemail."),
        (
            "Nobody answers",
            f"Rests {retry.rest_minutes} minutes, then another hour of the day; an engaged or failed "
            f"line {retry.short_minutes} minutes. After {retry.max_attempts} attempts the local "
            "team takes over.",
        ),
        (
            "Conversation in hand",
            f"Returns to its queue when the screen has been silent for {form.lease.seconds} seconds; "
            f"a working screen speaks up every {form.lease.heartbeat_seconds} seconds.",
        ),
        (
            "Handover to the local team",
            f"After {form.handover.hours:g} hours." + (f" By team: {per_team}." if per_team else ""),
        ),
        (
            "Useful window",
            f"{form.window.case:g} hours for a case, {form.window.contact:g} hours for a contact.",
        ),
        (
            "Who comes first",
            f"Points of a full measure: time left {form.rank.time_left}, infectiousness "
            f"{form.rank.infectious}, chance of an answer {form.rank.answer}, people in the household "
            f"{form.rank.household} (full at {form.rank.household_full}), a call promised "
            f"{form.rank.promised}.",
        ),
        ("Chance of an answer", f"By hour of the day; basis: {form.answer.basis}."),
    ]  # fmt: skip


def _script(form: Script) -> list[Pair]:
    titles = {one.id: one.title for one in form.section}
    return [
        ("Left on a voicemail", f"“{form.about.voicemail}”"),
        *(
            (f"{titles[step.section]}: {step.id.replace('_', ' ')}", _step(step))
            for step in form.step
        ),
    ]


def _step(step: Step) -> str:
    parts = [f"When {' and '.join(map(_when, step.show_if))}:"] if step.show_if else []
    parts.append(f"“{step.say}”")
    if step.question:
        parts.append(f"Asks: {step.question.label}")
        if step.question.choices:
            parts.append(f"({' / '.join(one.title for one in step.question.choices)})")
    if step.ends:
        parts.append("The conversation ends here.")
    return " ".join(parts)


def _when(condition: Condition) -> str:
    name = (condition.flag or condition.field or "").replace("_", " ")
    if condition.one_of:
        return f"“{name}” is {' or '.join(condition.one_of)}".replace("_", " ")
    value = condition.equals
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return f"“{name}” is {value}".replace("_", " ")


def _mapping(form: Mapping) -> list[Pair]:
    file = form.file
    written = f"Text: {file.encoding or 'found out'}; separator: {file.separator or 'found out'}; "
    return [
        ("What a row is", file.meaning),
        ("How it is written", f"{written}dates: {' or '.join(dict.fromkeys(map(as_shown, file.dates)))}; zone: {file.zone}."),
        *((_field(name), _source(source)) for name, source in form.sources.items()),
        *(
            (
                f"{'Makes no contact' if form.link else 'Opens no case'}: {one.reason.replace('_', ' ')}",
                f"{one.column} is {' or '.join(one.values)}. {one.because}",
            )
            for one in form.excluded
        ),
    ]  # fmt: skip


def _field(name: str) -> str:
    return name.replace("_", " ").capitalize().replace("Nhs", "NHS")


def _source(source: FieldSource) -> str:
    ways = (
        (source.column, "Column {}."),
        (source.constant, "Always “{}”."),
        (" else ".join(source.first_of), "The first that is filled of {}."),
        (" and ".join(source.earliest_of), "The earliest of {}."),
        (" and ".join(source.latest_of), "The latest of {}."),
        (" and ".join(source.join), "{} joined."),
    )
    parts = [text.format(value) for value, text in ways if value]
    if source.codes:
        parts.append(
            "; ".join(f"{theirs} means {ours}" for theirs, ours in source.codes.items()) + "."
        )
    if above := source.outranked_by:
        told = "; ".join(f"{theirs} means {ours}" for theirs, ours in above.codes.items())
        parts.append(f"Column {above.column} outranks it: {told}.")
    if source.default:
        parts.append(f"Empty means {source.default}.")
    if source.otherwise:
        parts.append(f"Anything else means {source.otherwise}.")
    if source.required:
        parts.append("Needed.")
    return " ".join(parts)
