"""What can go wrong with an agent's state."""

from __future__ import annotations

from throughline.core.errors import Problem


class StateUnknown(Problem):
    """A state that agents are never in, or a break without its code."""

    code = "state_unknown"


class NotAnAgent(Problem):
    """The user takes no conversations."""

    code = "not_an_agent"

    def __init__(self) -> None:
        """Say who can mend it."""
        super().__init__(
            "You are not set up to take conversations. Ask your team leader to give you skills."
        )
