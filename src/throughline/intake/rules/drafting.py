"""A person's choices on a proposed mapping, written as the definition that is taken into use."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from throughline.definitions.forms.mapping import CODES, DATED, KINDS
from throughline.intake.rules.proposing import Proposal, Proposed

FIRST = date(2020, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What one column is read as, what comes first in its dates, and what its codes mean."""

    column: str
    field: str
    order: str
    codes: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A mapping as a person chose it. `constants` are fields that the file does not say."""

    name: str
    version: int
    title: str
    meaning: str
    reason: str
    approved_by: str
    chosen: Sequence[Chosen]
    constants: Mapping[str, str]
    country: str = "GB"
    zone: str = "Europe/London"
    format: str = "csv"


def chosen_of(proposal: Proposal) -> list[Chosen]:
    """Return a proposal as if a person had agreed to all of it."""
    return [
        Chosen(column=one.column, field=one.field, order=one.order, codes=one.codes(one.field))
        for one in proposal.columns
        if one.field
    ]


def undecided(proposal: Proposal, chosen: Sequence[Chosen]) -> list[str]:
    """Return the columns of dates of which a person must say what comes first."""
    orders = {one.column: one.order for one in chosen if one.field and KINDS[one.field] in DATED}
    return [
        one.column
        for one in proposal.columns
        if one.dates.ambiguous and orders.get(one.column) == ""
    ]


def as_toml(draft: Draft, proposal: Proposal) -> str:
    """Return the definition as TOML, which is how definitions are written and checked."""
    written = {one.column: one for one in proposal.columns}
    lines = [
        "[definition]",
        'kind = "mapping"',
        f"id = {_text(draft.name)}",
        f"version = {draft.version}",
        f"valid_from = {FIRST.isoformat()}",
        'applies_to = "new"',
        f"title = {_text(draft.title)}",
        f"reason = {_text(draft.reason)}",
        f"approved_by = {_text(draft.approved_by)}",
        "",
        "[file]",
        f"meaning = {_text(draft.meaning)}",
        f"format = {_text(draft.format)}",
        f"country = {_text(draft.country)}",
        f"zone = {_text(draft.zone)}",
        "hour = 12",
        "",
        "[fields]",
    ]
    by_field: dict[str, list[Chosen]] = {}
    for one in draft.chosen:
        by_field.setdefault(one.field, []).append(one)
    for name, several in by_field.items():
        lines.append(f"{name} = {_source(name, several, written)}")
    for name, value in draft.constants.items():
        if value and name not in by_field:
            lines.append(f"{name} = {{ constant = {_text(value)} }}")
    return "\n".join(lines) + "\n"


def _source(name: str, several: Sequence[Chosen], written: Mapping[str, Proposed]) -> str:
    if len(several) == 1:
        parts = [f"column = {_text(several[0].column)}"]
    else:
        parts = [f"first_of = [{', '.join(_text(one.column) for one in several)}]"]
    if name in ("report_id", "result"):
        parts.append("required = true")
    if KINDS[name] in DATED:
        forms = [
            form
            for one in several
            for form in written[one.column].dates.forms.get(one.order, ("%Y-%m-%d",))
        ]
        parts.append(f"dates = [{', '.join(_text(form) for form in dict.fromkeys(forms))}]")
    if name in CODES:
        codes = {value: code for one in several for value, code in one.codes.items() if code}
        if codes:
            said = ", ".join(f"{_text(value)} = {_text(code)}" for value, code in codes.items())
            parts.append(f"codes = {{ {said} }}")
    return f"{{ {', '.join(parts)} }}"


def _text(value: str) -> str:
    """A text in quotes: JSON's escapes are TOML's too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
