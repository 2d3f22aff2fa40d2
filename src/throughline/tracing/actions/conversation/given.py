"""What a form sends, as the answer that is kept, or one sentence about what to mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from throughline.definitions.forms.script import Question, Step
from throughline.people.rules.addresses import postcode_key
from throughline.people.rules.phones import phone_key
from throughline.tracing.errors import AnswerRefused

LONGEST = 2_000
MOST_ROWS = 200
OLDEST = date(1900, 1, 1)
VISIT_FIELDS = ("kind", "name", "postcode", "role", "from_on", "to_on")
TOLD_FIELDS = ("ref", "informed_by")
INFORMED_BY = frozenset({"handler", "case", "told_now", "guardian"})


def answer_to(step: Step, values: Mapping[str, Any], *, today: date, drama: bool) -> Any:
    """Return the answer as it is kept: under the step's field, or under `value`; `unknown` is None."""
    question = step.question
    if question is None:
        return True
    if values.get("unknown"):
        if not question.may_be_unknown:
            raise AnswerRefused(question.field, f"“{question.label}” needs an answer; choose one.")
        return None
    given = values.get(question.field, values.get("value"))
    return _CHECKS[question.type](question, given, today, drama)


def text(given: Any, field: str) -> str:
    """Return a text without the spaces around it."""
    said = "" if given is None else str(given).strip()
    if len(said) > LONGEST:
        raise AnswerRefused(
            field, f"This is {len(said)} letters long; keep it to {LONGEST} at most."
        )
    return said.replace("\x00", "")


def day(given: Any, field: str, *, today: date) -> date:
    """Return a day that has come, written YYYY-MM-DD."""
    said = text(given, field)
    try:
        found = date.fromisoformat(said)
    except ValueError as error:
        raise AnswerRefused(
            field, "This is not a day; write it as year, month and day, such as 2020-10-03."
        ) from error
    if found > today:
        raise AnswerRefused(field, "This day is still to come; choose today or a day before.")
    if found < OLDEST:
        raise AnswerRefused(field, "This day is too long ago; check the year.")
    return found


def _chosen(question: Question, given: Any) -> str:
    said = text(given, question.field)
    allowed = [one.value for one in question.choices] or ["yes", "no"]
    if said not in allowed:
        raise AnswerRefused(question.field, f"Choose one of the answers to “{question.label}”.")
    return said


def _choice(question: Question, given: Any, today: date, drama: bool) -> str:  # noqa: FBT001
    return _chosen(question, given)


def _choices(question: Question, given: Any, today: date, drama: bool) -> list[str]:  # noqa: FBT001
    listed = [given] if isinstance(given, str) else list(given or [])
    chosen = list(dict.fromkeys(_chosen(question, one) for one in listed))
    if not chosen:
        raise AnswerRefused(question.field, f"Choose at least one answer to “{question.label}”.")
    if "none" in chosen and len(chosen) > 1:
        raise AnswerRefused(
            question.field, "“None” goes with nothing else; take it away, or take the others away."
        )
    return chosen


def _date(question: Question, given: Any, today: date, drama: bool) -> str:  # noqa: FBT001
    return day(given, question.field, today=today).isoformat()


def _text(question: Question, given: Any, today: date, drama: bool) -> str:  # noqa: FBT001
    return text(given, question.field)


def _phone(question: Question, given: Any, today: date, drama: bool) -> str:  # noqa: FBT001
    said = text(given, question.field)
    key = phone_key(said, allow_drama=drama)
    if key is None:
        raise AnswerRefused(
            question.field,
            "Nobody can be rung under this number; read it back and check each digit.",
        )
    return key


def _postcode(question: Question, given: Any, today: date, drama: bool) -> str:  # noqa: FBT001
    key = postcode_key(text(given, question.field))
    if key is None:
        raise AnswerRefused(
            question.field, "This has not the shape of a postcode, such as SW1A 1AA; check it."
        )
    return key


def _grid(question: Question, given: Any, today: date, drama: bool) -> Any:  # noqa: FBT001
    """Rows of the contact grid are saved one by one; the answer says that it was gone through."""
    if not isinstance(given, Sequence) or isinstance(given, str):
        return True
    rows = _rows(question, given, TOLD_FIELDS)
    for row in rows:
        if row.get("informed_by") not in INFORMED_BY:
            raise AnswerRefused(
                question.field, "Choose for each person who tells them: you, now, or somebody else."
            )
    return rows


def _visits(question: Question, given: Any, today: date, drama: bool) -> Any:  # noqa: FBT001
    rows = _rows(question, given or [], VISIT_FIELDS)
    for row in rows:
        if not row.get("name") and not row.get("kind"):
            raise AnswerRefused(question.field, "Each row needs a place; name it or choose a kind.")
        for field in ("from_on", "to_on"):
            if row.get(field):
                row[field] = day(row[field], question.field, today=today).isoformat()
        if row.get("from_on") and row.get("to_on") and row["to_on"] < row["from_on"]:
            raise AnswerRefused(
                question.field, "A visit ends before it begins; mend one of the days."
            )
    return rows


def _rows(question: Question, given: Any, fields: Sequence[str]) -> list[dict[str, str]]:
    if not isinstance(given, Sequence) or len(given) > MOST_ROWS:
        raise AnswerRefused(question.field, f"Give at most {MOST_ROWS} rows.")
    rows = [
        {field: text(one.get(field), question.field) for field in fields}
        for one in given
        if isinstance(one, Mapping)
    ]
    return [row for row in rows if any(row.values())]


def _identity(question: Question, given: Any, today: date, drama: bool) -> Any:  # noqa: FBT001
    raise AnswerRefused(
        question.field, "Who it is is compared by the service; type in what they say and check it."
    )


_CHECKS: dict[str, Callable[[Question, Any, date, bool], Any]] = {
    "identity": _identity,
    "yes_no": _choice,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "text": _text,
    "phone": _phone,
    "postcode": _postcode,
    "household_grid": _grid,
    "contacts_grid": _grid,
    "visits_grid": _visits,
    "info": _text,
}
