"""`throughline worker`: does what is due, until told to stop."""

from __future__ import annotations

from throughline.cli.django import service


def worker() -> None:
    """Do what is due (parsing, matching, clocks) until told to stop."""
    with service("worker"):
        from throughline.cli.work import run

        run()
