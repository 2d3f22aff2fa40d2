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


class NameTaken(Problem):
    """A code or username that somebody has."""

    code = "name_taken"


class NoSuchUser(Problem):
    """A username that nobody has."""

    code = "no_such_user"

    def __init__(self) -> None:
        """The name itself is not repeated: it may have been typed in the wrong place."""
        super().__init__("Nobody has that username; `throughline users list` shows them all.")


class PasswordRefused(Problem):
    """A password that is too easily guessed."""

    code = "password_refused"
