"""What is computed of many rows, over those that fulfil a condition."""

from __future__ import annotations

import re
from dataclasses import dataclass

from throughline.measures.dialects import Dialect

ALL = "TRUE"
_WORDS = re.compile(r"'[^']*'|\"[^\"]*\"|[()]|\w+")


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows."""

    where: str = ALL


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many different values."""

    of: str
    where: str = ALL


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a whole number; microseconds are told as hours by `per`."""

    of: str
    where: str = ALL
    per: int = 1


@dataclass(frozen=True, slots=True)
class PercentileCont:
    """The values below which so many of a hundred rows lie, interpolated linearly: a list, in order."""

    points: tuple[int, ...]
    of: str
    where: str = ALL


@dataclass(frozen=True, slots=True)
class Largest:
    """The largest value."""

    of: str
    where: str = ALL


Aggregate = Count | Distinct | Total | PercentileCont | Largest


def both(one: str, other: str) -> str:
    """Return the condition that both hold."""
    conditions = [text for text in (one, other) if text != ALL]
    return " AND ".join(f"({text})" for text in conditions) or ALL


def each(condition: str) -> list[str]:
    """Return the conditions that must all hold for one to hold; itself where it cannot be taken apart."""
    depth, begin, closed = 0, 0, False
    parts: list[str] = []
    condition = condition.strip()
    for word in _WORDS.finditer(condition):
        depth += {"(": 1, ")": -1}.get(word[0], 0)
        if depth:
            continue
        if word[0] in {"OR", "CASE", "BETWEEN"}:
            return [condition]
        if word[0] == "AND":
            parts.append(condition[begin : word.start()])
            begin = word.end()
        elif word[0] == ")" and not closed and condition[0] == "(" and word.end() == len(condition):
            return each(condition[1:-1])
        closed = closed or word[0] == ")"
    if not parts:
        return [condition]
    return [one for part in [*parts, condition[begin:]] for one in each(part)]


def sql(one: Aggregate, dialect: Dialect) -> str:
    """Return an aggregate as SQL."""
    only = "" if one.where == ALL else f" FILTER (WHERE {one.where})"
    match one:
        case Count():
            return f"count(*){only}"
        case Distinct():
            return f"count(DISTINCT {one.of}){only}"
        case Total():
            return f"coalesce(sum({one.of}){only}, 0)"
        case Largest():
            return f"max({one.of}){only}"
        case PercentileCont():
            points = dialect.array.format(", ".join(str(point / 100) for point in one.points))
            return f"percentile_cont({points}) WITHIN GROUP (ORDER BY {one.of}){only}"


def texts(one: Aggregate) -> tuple[str, ...]:
    """Return the SQL that an aggregate is declared with."""
    return (one.where,) if isinstance(one, Count) else (one.of, one.where)
