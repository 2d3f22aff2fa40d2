"""What whoever waits is told: what goes on, how far it is, how long it took. To stderr, one line a step."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# Back to the beginning of the terminal's line, with nothing left on it.
AFRESH = "\r\x1b[K"
WIDEST = 76


def say(message: str) -> None:
    """Tell whoever watches."""
    sys.stderr.write(message + "\n")
    sys.stderr.flush()


@dataclass(kw_only=True)
class Step:
    """Something that goes on; on a terminal its line also says how far it is."""

    what: str
    begun: float
    shown: str = ""

    def is_at(self, how_far: str) -> None:
        """Show how far it is, where somebody watches; a file would fill with lines that nobody needs."""
        line = f"{self.what} … {how_far}"[:WIDEST]
        if line != self.shown and sys.stderr.isatty():
            self.shown = line
            sys.stderr.write(AFRESH + line)
            sys.stderr.flush()

    def ended(self, how: str) -> None:
        """End the line."""
        say(f"{AFRESH}{self.what} … {how}" if self.shown else f" {how}")


@contextmanager
def progress(what: str) -> Iterator[Step]:
    """Show that something goes on, and how long it took."""
    sys.stderr.write(f"{what} …")
    sys.stderr.flush()
    step = Step(what=what, begun=time.monotonic())
    try:
        yield step
    except BaseException:
        step.ended("stopped.")
        raise
    step.ended(f"{time.monotonic() - step.begun:.1f} s")
