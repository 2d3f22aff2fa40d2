"""Workbooks and archives, opened in a process of its own that may use little memory, time and nothing else.

Whatever a file does to the libraries that open it, the worker goes on, and the file is refused with a sentence.
"""

from __future__ import annotations

from throughline.intake.apart.parent import opened, recognises

__all__ = ["opened", "recognises"]
