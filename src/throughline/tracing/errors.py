"""What can go wrong in a conversation and in handing responsibility on."""

from __future__ import annotations

from throughline.core.errors import Problem


class AnswerRefused(Problem):
    """An answer that cannot be right; `field` is the one to mend."""

    code = "answer_refused"

    def __init__(self, field: str, sentence: str) -> None:
        """Keep the field, so that the page can put the sentence beside it."""
        super().__init__(sentence)
        self.field = field


class NotConfirmed(Problem):
    """Something was asked for that only a confirmed person may hear."""

    code = "identity_not_confirmed"

    def __init__(self) -> None:
        """Say what comes first."""
        super().__init__(
            "Confirm who you are speaking with first; until then nothing else may be asked or saved."
        )


class RowSubmitted(Problem):
    """A named contact that is already being traced."""

    code = "row_submitted"

    def __init__(self) -> None:
        """Say how to add what is new."""
        super().__init__(
            "This person was passed on after an earlier conversation and is being traced. "
            "Add a new row for anything that has changed."
        )


class ConversationOver(Problem):
    """The interview was ended already."""

    code = "conversation_over"

    def __init__(self) -> None:
        """Say where to go on."""
        super().__init__("This conversation has been ended and saved. Take the next one.")


class HandoverMoved(Problem):
    """What was handed over is no longer where this act expects it."""

    code = "handover_moved"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "This is no longer waiting for your team. Look at your list again; "
            "a colleague may have taken it, or it was withdrawn."
        )


class ReasonMissing(Problem):
    """A reason that must be given."""

    code = "reason_missing"

    def __init__(self, allowed: tuple[str, ...]) -> None:
        """Name the reasons that there are."""
        super().__init__(f"Choose a reason: {', '.join(one.replace('_', ' ') for one in allowed)}.")


class CannotJoin(Problem):
    """Two persons that cannot be made one, or one that is not joined."""

    code = "cannot_join"
