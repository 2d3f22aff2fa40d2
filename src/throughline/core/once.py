"""What is worked out of an object once, for as long as that object lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import finalize

Given = TypeVar("Given")
Made = TypeVar("Made")


def once_each(make: Callable[[Given], Made]) -> Callable[[Given], Made]:
    """Return a function that makes something of each object once.

    Objects are told apart by identity: a definition's form holds mappings and has no hash. What is made must not
    hold what it is made of, which would then never be let go.
    """
    made: dict[int, Made] = {}

    def remembered(given: Given) -> Made:
        key = id(given)
        if key not in made:
            made[key] = make(given)
            finalize(given, made.pop, key, None)
        return made[key]

    return remembered
