"""What can go wrong with a conversation's lease, its calls and its outcome."""

from __future__ import annotations

from datetime import datetime

from throughline.core.errors import Problem


class LeaseLost(Problem):
    """The act came with a lease that is over, or that someone else holds now."""

    code = "lease_lost"


class AllowanceSpent(Problem):
    """This person or this telephone may not be called yet."""

    code = "allowance_spent"

    def __init__(self, *, reason: str, until: datetime, clock: str) -> None:
        """Say why, and from when on the call is allowed."""
        super().__init__(
            f"No call now: {reason}. It may be made from {clock}; record an outcome or put the "
            "conversation down."
        )
        self.reason = reason
        self.until = until


class NotAHandler(Problem):
    """The user takes no conversations."""

    code = "not_a_handler"

    def __init__(self) -> None:
        """Say who can mend it."""
        super().__init__(
            "You are not set up to take conversations. Ask your team leader to give you skills."
        )


class OutcomeUnknown(Problem):
    """A code that the list in force does not have."""

    code = "outcome_unknown"


class OutcomeIncomplete(Problem):
    """The outcome needs something that was not given."""

    code = "outcome_incomplete"


class ItemMoved(Problem):
    """The item is no longer where this act expects it."""

    code = "item_moved"

    def __init__(self) -> None:
        """Say where to look."""
        super().__init__(
            "This conversation is no longer with your team in that state. "
            "Look at your list again; somebody may have taken it, returned it or closed it."
        )
