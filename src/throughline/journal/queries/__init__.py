"""Every read of the journal that leaves the room."""

from __future__ import annotations

from throughline.journal.queries.about import entries_about
from throughline.journal.queries.pages import Line, Page, entries

__all__ = ["Line", "Page", "entries", "entries_about"]
