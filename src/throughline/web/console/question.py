"""One question as its fields show it: what may be chosen, what was given, how it is read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from throughline.definitions.forms.script import Question
from throughline.web.console.days import shown
from throughline.web.console.reading import UNKNOWN, Posted
from throughline.web.filters import weekday

NOT_KNOWN = "Not known"
NOTHING_MORE = {
    "contacts_grid": "Named nobody, or would rather not say",
    "household_grid": "Nobody, or would rather not say",
    "visits_grid": "Nowhere, or would rather not say",
}
HINTS = {
    "date": "Such as 3 Oct, 3/10, Sat or yesterday",
    "phone": "11 digits, or + and the country",
    "postcode": "Such as AB1 2CD",
    "text": "In a few words",
}
YES_NO = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer to choose."""

    name: str
    value: str
    title: str
    chosen: bool
    focus: bool


def options(
    question: Question, answers: Mapping[str, Any], posted: Posted | None
) -> tuple[Option, ...]:
    """Return the answers to choose from; the first chosen one, or the first of all, takes the focus."""
    if question.type == "yes_no":
        pairs = list(YES_NO)
    else:
        pairs = [(one.value, one.title) for one in question.choices]
    chosen = _chosen(question, answers, posted)
    names = {value: question.field for value, _ in pairs}
    if question.may_be_unknown and question.type in ("yes_no", "choice"):
        pairs.append((UNKNOWN, NOT_KNOWN))
        names[UNKNOWN] = f"{question.field}.known"
    focus = next((value for value, _ in pairs if value in chosen), pairs[0][0] if pairs else "")
    return tuple(
        Option(
            name=names[value],
            value=value,
            title=title,
            chosen=value in chosen,
            focus=value == focus,
        )
        for value, title in pairs
    )


def unknown(question: Question, answers: Mapping[str, Any], posted: Posted | None) -> bool:
    """Say whether the question was asked and the answer is not known."""
    if posted is not None:
        return UNKNOWN in posted.get(f"{question.field}.known", ())
    return question.field in answers and answers[question.field] is None


def unknown_title(question: Question) -> str:
    """Return what the box beside an open question says."""
    return NOTHING_MORE.get(question.type, NOT_KNOWN)


def typed(
    question: Question, answers: Mapping[str, Any], posted: Posted | None, *, today: date
) -> str:
    """Return what stands in the field: what was typed just now, or the answer kept."""
    if posted is not None:
        return next(iter(posted.get(question.field, ())), "")
    given = answers.get(question.field)
    if not isinstance(given, str):
        return ""
    return shown(date.fromisoformat(given), today=today) if question.type == "date" else given


def read_as(question: Question, answer: object) -> str:
    """Return how a day was understood, so that a slip of the keys is seen."""
    if question.type == "date" and isinstance(answer, str):
        return weekday(date.fromisoformat(answer))
    return ""


def in_words(question: Question, answer: object, *, rows: int | None = None) -> str:
    """Return an answer as the list of answers shows it; `rows` where it is a grid's."""
    if rows:
        return f"{rows} named"
    if answer is None:
        return NOTHING_MORE.get(question.type, NOT_KNOWN)
    if answer is True:
        return "Nobody" if rows == 0 else "Asked"
    if question.type == "identity":
        return "Two of them match" if answer == "matched" else "Did not match"
    if isinstance(answer, list):
        if question.choices:
            return ", ".join(_title(question, str(one)) for one in answer)
        return f"{len(answer)} written" if answer else "Asked"
    if question.type == "date":
        return weekday(date.fromisoformat(str(answer)))
    return _title(question, str(answer))


def _title(question: Question, value: str) -> str:
    pairs = {one.value: one.title for one in question.choices} | dict(YES_NO)
    return pairs.get(value, value)


def _chosen(question: Question, answers: Mapping[str, Any], posted: Posted | None) -> set[str]:
    if unknown(question, answers, posted):
        return {UNKNOWN}
    if posted is not None:
        return set(posted.get(question.field, ()))
    given = answers.get(question.field)
    if isinstance(given, list):
        return {str(one) for one in given}
    return {str(given)} if given is not None else set()
