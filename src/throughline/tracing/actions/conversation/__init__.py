"""A handler's conversation with a household. Every act takes the lease and is refused when it is over."""

from __future__ import annotations

from throughline.tracing.actions.conversation.answers import (
    Saved,
    begin,
    confirm_identity,
    go_to_step,
    save_answer,
)
from throughline.tracing.actions.conversation.ending import Ended, end_conversation
from throughline.tracing.actions.conversation.grid import remove_named, save_named
from throughline.tracing.actions.conversation.held import hold
from throughline.tracing.actions.conversation.numbers import correct_number, mark_number_wrong

__all__ = [
    "Ended",
    "Saved",
    "begin",
    "confirm_identity",
    "correct_number",
    "end_conversation",
    "go_to_step",
    "hold",
    "mark_number_wrong",
    "remove_named",
    "save_answer",
    "save_named",
]
