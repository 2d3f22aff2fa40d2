"""A case in words: codes become titles here, so that the template only arranges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from throughline.tracing.queries.case_cards import CasePage, HoldingLine
from throughline.web.filters import day
from throughline.web.words import area, language

MANAGED_BY = {
    "national": "National service",
    "local": "Local team",
    "health_protection": "Health protection team",
}
OUTCOMES = {
    "open": ("Open", "info"),
    "reached": ("Reached", "good"),
    "not_reached": ("Not reached", "bad"),
    "no_details": ("No way to reach them", "warn"),
    "in_error": ("Opened in error", "hold"),
}
DISEASES = {"covid": "COVID-19", "measles": "Measles", "mers": "MERS", "ebola": "Ebola"}
EXPOSURES = {
    "household": "Lives with",
    "direct": "Face to face",
    "proximity": "Near, for some time",
    "travel": "Travelled with",
    "other": "Other",
}
RESULTS = {
    "positive": ("Positive", "bad"),
    "negative": ("Negative", "good"),
    "void": ("Void", "hold"),
    "withdrawn": ("Withdrawn", "hold"),
}
ITEM = {
    "waiting": "Waiting to be called",
    "resting": "Resting until its next time",
    "leased": "With a handler now",
    "local": "With the local team",
}
ENDS = {
    "handed_over": "Handed over",
    "returned": "Returned",
    "refused": "Refused",
    "withdrawn": "Withdrawn",
    "closed": "Closed",
    "completed": "Completed",
    "merged": "Merged into another case",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    what: str
    who: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The case with its head in words."""

    case: CasePage
    disease: str
    outcome: tuple[str, str]
    head: tuple[str, ...]
    facts: tuple[dict[str, Any], ...]
    timeline: tuple[Entry, ...]
    holdings: tuple[HoldingLine, ...]
    contact_holdings: tuple[HoldingLine, ...]


def page_of(case: CasePage) -> Shown:
    """Put the head of the page into words."""
    person = case.person
    head = [f"{person.age} years" if person.age is not None else "age not known"]
    if person.birth_date:
        head.append(f"born {day(person.birth_date)}")
    if person.language and person.language != "en":
        head.append(f"speaks {language(person.language)}")
    return Shown(
        case=case,
        disease=DISEASES.get(case.disease, case.disease),
        outcome=OUTCOMES.get(case.outcome, (words(case.outcome), "plain")),
        head=tuple(head),
        facts=tuple(_facts(case)),
        timeline=_timeline(case),
        holdings=tuple(one for one in reversed(case.holdings) if one.subject == "case"),
        contact_holdings=tuple(one for one in reversed(case.holdings) if one.subject != "case"),
    )


def _timeline(case: CasePage) -> tuple[Entry, ...]:
    """Let a run of the same act by the same person be one line, at the moment of its last."""
    found: list[Entry] = []
    for (title, who), run in groupby(case.timeline, key=lambda one: (one.title, one.who)):
        lines = list(run)
        times = f" ({len(lines)} times)" if len(lines) > 1 else ""
        detail = lines[0].detail if len(lines) == 1 else ""
        found.append(Entry(at=lines[0].at, what=f"{title}{times}", who=who, detail=detail))
    return tuple(found)


def _facts(case: CasePage) -> list[dict[str, Any]]:
    symptoms = {True: "Yes", False: "No", None: "Not known"}[case.symptomatic]
    rows: list[dict[str, Any]] = [
        {"key": "Managed by", "value": MANAGED_BY.get(case.managed_by, words(case.managed_by))},
        {"key": "Tier", "value": case.tier},
        {"key": "Area", "value": area(case.area) or "Not known"},
        {"key": "Had symptoms", "value": symptoms},
        {
            "key": "Contacts named",
            "value": "Not asked yet" if case.contacts_named is None else case.contacts_named,
        },
        {"key": "Conversation", "value": _item(case)},
        {"key": "Shared with", "value": ", ".join(case.shared_with) or "No local team"},
    ]
    if case.managed_by_first != case.managed_by:
        rows[0]["why"] = (
            f"First: {MANAGED_BY.get(case.managed_by_first, words(case.managed_by_first))}"
        )
    return rows


def _item(case: CasePage) -> str:
    if case.item is None:
        return "None is open"
    team = f" ({case.item.team_name})" if case.item.team_name else ""
    return ITEM.get(case.item.state, words(case.item.state)) + team


def words(code: str) -> str:
    """Return a code as words."""
    return code.replace("_", " ").capitalize()


TITLES = {
    "managed_by": MANAGED_BY,
    "exposure": EXPOSURES,
    "item": ITEM,
    "end": ENDS,
}
