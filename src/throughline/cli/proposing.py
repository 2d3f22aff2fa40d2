"""A mapping proposed on the command line: the same rules as on the page, and no database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from throughline.intake.parsing import FileRefused, find_layout, rows
from throughline.intake.rules.drafting import Draft, as_toml, chosen_of, undecided
from throughline.intake.rules.proposing import Proposal, propose
from throughline.intake.unpacking import head_of_list

CHUNK = 1024 * 1024
ROWS = 500


@dataclass(frozen=True, kw_only=True)
class Found:
    """The mapping as TOML, and what a person must still decide; or why the file cannot be read."""

    text: str = ""
    sentences: tuple[str, ...] = ()
    refused: str = ""


def proposed(file: Path, *, name: str, disease: str, first: str) -> Found:
    """Propose a mapping for a file."""
    try:
        form, head = head_of_list(lambda: _chunks(file))
        layout = find_layout(head)
    except FileRefused as refused:
        return Found(refused=str(refused))
    read = (row.fields for row in rows([head[layout.body.offset :]], layout))
    sample = [fields for fields, _ in zip((f for f in read if f), range(ROWS), strict=False)]
    proposal = propose(layout.columns, sample)
    chosen = chosen_of(proposal)
    asked = undecided(proposal, chosen)
    chosen = [replace(one, order=first) if one.column in asked else one for one in chosen]
    draft = Draft(
        name=name or _name(file),
        version=1,
        title=file.stem.replace("_", " ").replace("-", " ").capitalize() or "A list",
        meaning="Each row is one result.",
        reason="Proposed from the file; say here why it is taken into use",
        approved_by="Say here who approves it",
        chosen=chosen,
        constants={"disease": disease, "result": "positive"},
        format=form,
    )
    return Found(text=as_toml(draft, proposal), sentences=tuple(_open(proposal, asked, first)))


def _open(proposal: Proposal, asked: list[str], first: str) -> Iterator[str]:
    if asked and not first:
        yield (
            f"In {', '.join(asked)} the day or the month could come first: say --first day or --first month, since "
            "the dates proposed read none of them."
        )
    if "report_id" not in proposal.fields:
        yield "No column is plainly the number of the report: add report_id, which every result needs."
    if "result" not in proposal.fields:
        yield "No column is plainly the result, so that every row is taken as a positive: correct it if it is not so."
    for one in proposal.columns:
        unclear = [value for value, code in one.codes(one.field).items() if not code]
        if unclear:
            yield f"{one.column}: say what {len(unclear)} of its values mean; rows with them wait in quarantine."
    left = [one.column for one in proposal.columns if not one.field]
    if left:
        yield f"Not read: {', '.join(left)}."


def _name(file: Path) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", file.stem.casefold()).strip("-")
    return (
        plain if re.fullmatch(r"[a-z][a-z0-9-]{1,60}", plain) else f"list-{plain}"[:60].strip("-")
    )


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(CHUNK):
            yield chunk
