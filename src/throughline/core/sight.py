"""Sight: the right to look at a household, held by somebody, for a reason, until a moment.

Made by tracing/access.py alone, which writes the journal entry; taken by every query that returns a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Who may look at which household, why, and until when. `household` None: all that the role's key covers."""

    who: UUID
    household: UUID | None
    why: str
    until: datetime

    def covers(self, household: UUID | None, *, at: datetime) -> bool:
        """Say whether this sight covers that household at that moment."""
        return at <= self.until and (self.household is None or self.household == household)
