"""Writes of people: finding the person a claim speaks of, or adding one."""

from __future__ import annotations

from throughline.people.actions.find import find_or_add, lock_matching

__all__ = ["find_or_add", "lock_matching"]
