"""What a handler wrote for one question of the script, as the values that are saved. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from throughline.definitions.forms.script import Question
from throughline.web.console.days import read_past_day

# Everything that was posted, by field name.
Posted = Mapping[str, Sequence[str]]
Values = dict[str, Any]
UNKNOWN = "not_known"
TOLD = "told."


class NotAnswered(ValueError):
    """Nothing was chosen or written; the sentence says what to do."""


def read_answer(question: Question, posted: Posted, *, today: date) -> Values:
    """Return what to save. Raises NotAnswered for nothing, Unreadable for a day that is none."""
    if question.may_be_unknown and UNKNOWN in posted.get(f"{question.field}.known", ()):
        return {"unknown": True}
    return _READ.get(question.type, _text)(question, posted, today)


def _choice(question: Question, posted: Posted, today: date) -> Values:
    chosen = posted.get(question.field, ())
    if not chosen:
        raise NotAnswered("Choose one of the answers.")
    return {"value": chosen[0]}


def _choices(question: Question, posted: Posted, today: date) -> Values:
    chosen = list(posted.get(question.field, ()))
    if not chosen:
        raise NotAnswered("Choose at least one of the answers.")
    return {"value": chosen}


def _date(question: Question, posted: Posted, today: date) -> Values:
    found = read_past_day(_first(posted, question.field), today=today)
    if found is None:
        other = ", or choose “Not known”" if question.may_be_unknown else ""
        raise NotAnswered(f"Write the day{other}.")
    return {"value": found.isoformat()}


def _text(question: Question, posted: Posted, today: date) -> Values:
    text = _first(posted, question.field).strip()
    if not text:
        other = ", or choose “Not known”" if question.may_be_unknown else ""
        raise NotAnswered(f"Write what was said{other}.")
    return {"value": text}


def _visits(question: Question, posted: Posted, today: date) -> Values:
    """One row for each place and day; the columns come as lists of equal length."""
    columns = [posted.get(f"visit.{name}", ()) for name in ("on", "kind", "name", "role")]
    rows = []
    for on, kind, name, role in zip(*columns, strict=False):
        if not (on.strip() or name.strip() or kind):
            continue
        day = read_past_day(on, today=today)
        rows.append(
            {
                "kind": kind,
                "name": name.strip(),
                "role": role,
                "from_on": day.isoformat() if day else "",
                "to_on": day.isoformat() if day else "",
            }
        )
    return {"value": rows}


def _grid(question: Question, posted: Posted, today: date) -> Values:
    """Who of the others at home was told how; rows of people named are saved one by one elsewhere."""
    told = [
        {"ref": name.removeprefix(TOLD), "informed_by": values[0]}
        for name, values in sorted(posted.items())
        if name.startswith(TOLD) and values and values[0]
    ]
    return {"value": told} if told else {}


def _first(posted: Posted, name: str) -> str:
    return next(iter(posted.get(name, ())), "")


_READ: dict[str, Callable[[Question, Posted, date], Values]] = {
    "yes_no": _choice,
    "choice": _choice,
    "choices": _choices,
    "date": _date,
    "visits_grid": _visits,
    "contacts_grid": _grid,
    "household_grid": _grid,
}
