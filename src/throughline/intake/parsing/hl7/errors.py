"""What is wrong with a message."""

from __future__ import annotations


class Unreadable(Exception):
    """A message that cannot be read; `sentence` says what, the value, what is allowed, what to do.

    It quotes nothing but the envelope: never a value that could be a person's.
    """

    def __init__(self, sentence: str) -> None:
        """Keep the sentence."""
        self.sentence = sentence
        super().__init__(sentence)
