"""What came of a trial: of a file that was to be loaded, or of a load that was to be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from throughline.intake.models import Trial
from throughline.intake.queries.receipts import Receipt
from throughline.intake.queries.undoing import Standing


@dataclass(frozen=True, kw_only=True)
class LoadTried:
    """What loading a file would do. `rows`: the first thousand in words; `is_cut`: it is of its first rows alone."""

    receipt: Receipt | None
    rows: tuple[str, ...]
    is_more: bool
    is_cut: bool
    known: bool
    links: int
    remark: str
    refused: str


@dataclass(frozen=True, kw_only=True)
class UndoTried:
    """What undoing a load would do: rows withdrawn, what `follows` by its name, and the rows that stay.

    `kept`: what withdrawn rows told of persons and stays, each a `number` and a `sentence`.
    """

    withdrawn: int
    left: int
    standing: tuple[Standing, ...]
    follows: Mapping[str, int]
    kept: tuple[Mapping[str, Any], ...]
    is_cut: bool
    refused: str


@dataclass(frozen=True, kw_only=True)
class TrialLine:
    """A trial as it was asked for, and its answer where there is one. `message_ref`: the load to be undone."""

    ref: UUID
    sender_code: str
    name: str
    mapping: str
    message_ref: UUID | None
    asked_at: datetime
    load: LoadTried | None
    undo: UndoTried | None

    @property
    def is_answered(self) -> bool:
        """Whether the worker has done it."""
        return self.load is not None or self.undo is not None


def trial(ref: UUID) -> TrialLine | None:
    """Return one trial; None of one that is not there, or not any more. Needs r_authority."""
    found = Trial.objects.select_related("message").filter(ref=ref).first()
    if found is None:
        return None
    answer = found.answer
    return TrialLine(
        ref=found.ref,
        sender_code=found.sender_code,
        name=found.message.name if found.message else found.name,
        mapping=found.mapping,
        message_ref=found.message.ref if found.message else None,
        asked_at=found.asked_at,
        load=_load(answer) if answer and not found.message else None,
        undo=_undo(answer) if answer and found.message else None,
    )


def _load(answer: Mapping[str, Any]) -> LoadTried:
    told = answer.get("receipt")
    return LoadTried(
        receipt=Receipt(**told) if told else None,
        rows=tuple(answer.get("rows", ())),
        is_more=answer.get("is_more", False),
        is_cut=answer.get("is_cut", False),
        known=answer.get("known", False),
        links=answer.get("links", 0),
        remark=answer.get("remark", ""),
        refused=answer.get("refused", ""),
    )


def _undo(answer: Mapping[str, Any]) -> UndoTried:
    return UndoTried(
        withdrawn=answer.get("withdrawn", 0),
        left=answer.get("left", 0),
        standing=tuple(Standing(**one) for one in answer.get("standing", ())),
        follows=answer.get("follows", {}),
        kept=tuple(answer.get("kept", ())),
        is_cut=answer.get("is_cut", False),
        refused=answer.get("refused", ""),
    )
