"""Writes of people: finding the person a claim speaks of, or adding one."""

from __future__ import annotations

from throughline.people.actions.find import find_or_add, lock_matching
from throughline.people.actions.unsaying import take_back, unsay

__all__ = ["find_or_add", "lock_matching", "take_back", "unsay"]
