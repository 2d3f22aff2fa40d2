"""The two kinds of failure that every room shares: what a person can mend, and what must not happen."""

from __future__ import annotations


class Problem(Exception):
    """Something a person can act on: one sentence with what happened, what is allowed, what to do.

    Each room subclasses it in its errors.py and gives a stable `code`. No subclass carries personal data.
    """

    code = "problem"

    def __init__(self, sentence: str) -> None:
        """Keep the sentence that the person will read."""
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(Problem):
    """Absent, or not yours: the two must look the same from outside."""

    code = "not_found"

    def __init__(self) -> None:
        """Say nothing about which of the two it is."""
        super().__init__("There is nothing here that you can open. Go back to your start page.")


class NotPermitted(Problem):
    """The person's role does not do this."""

    code = "not_permitted"


class Stale(Problem):
    """Somebody else changed the row in the meantime."""

    code = "stale"

    def __init__(self) -> None:
        """Say what to do, since the person's own words are still in their form."""
        super().__init__(
            "Somebody else changed this while you had it open. "
            "Look at the newer version, then make your change again."
        )


class NoContext(RuntimeError):
    """Personal data was asked for outside a transaction or without a role: a fault of ours, never shown."""
