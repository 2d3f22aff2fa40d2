"""`throughline doctor`: what is in order, what is not, and what to do about it."""

from __future__ import annotations

from throughline.cli.doctor.command import doctor

__all__ = ["doctor"]
