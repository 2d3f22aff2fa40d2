"""Who lives behind each door: the kinds of households, and the ages of those in them.

A household's draws depend on its number alone; a town that ends inside a household takes its first members.
"""

from dataclasses import dataclass

from throughline.rehearsal.names import TRADITIONS
from throughline.rehearsal.streams import Streams

_KINDS: tuple[tuple[str, float], ...] = (
    ("single", 0.28),
    ("couple", 0.26),
    ("family", 0.30),
    ("lone_parent", 0.06),
    ("three_generations", 0.03),
    ("sharers", 0.04),
    ("student_flat", 0.03),
)
_CARE_HOME_EVERY = 450
_CARE_HOME_AT = 200
_RESIDENTS = 24
STUDENTS_PER_FLAT = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One person's place in a household, before the person has a name."""

    role: str
    age: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    number: int
    kind: str
    tradition: str
    places: tuple[Place, ...]


def door(streams: Streams, number: int) -> Door:
    if number % _CARE_HOME_EVERY == _CARE_HOME_AT:
        kind = "care_home"
    else:
        kind = streams.weighted(_KINDS, "household kind", number)
    return Door(
        number=number,
        kind=kind,
        tradition=streams.weighted(TRADITIONS, "tradition", number),
        places=tuple(_places(streams, number, kind)),
    )


def _places(streams: Streams, number: int, kind: str) -> list[Place]:
    if kind == "care_home":
        return [
            Place(role="resident", age=streams.between(72, 99, "age", number, at))
            for at in range(_RESIDENTS)
        ]
    if kind == "student_flat":
        return [
            Place(role="student", age=streams.between(18, 22, "age", number, at))
            for at in range(STUDENTS_PER_FLAT)
        ]
    if kind == "sharers":
        count = streams.between(3, 4, "household size", number)
        return [
            Place(role="sharer", age=streams.between(21, 39, "age", number, at))
            for at in range(count)
        ]
    if kind in ("single", "couple"):
        first = streams.between(22, 91, "age", number, 0)
        return _adults(streams, number, first, 1 if kind == "single" else 2)
    return _family(streams, number, kind)


def _adults(streams: Streams, number: int, first: int, count: int) -> list[Place]:
    second = max(18, first + streams.between(-5, 5, "age", number, 1))
    return [Place(role="adult", age=age) for age in (first, second)[:count]]


def _family(streams: Streams, number: int, kind: str) -> list[Place]:
    first = streams.between(26, 54, "age", number, 0)
    places = _adults(streams, number, first, 1 if kind == "lone_parent" else 2)
    eldest = min(17, max(0, first - streams.between(20, 36, "age of parent", number)))
    for at in range(streams.weighted(((1, 0.4), (2, 0.42), (3, 0.18)), "children", number)):
        if at and streams.chance(0.03, "twins", number, at):
            places.append(Place(role="twin", age=places[-1].age))
        else:
            gap = streams.between(1, 4, "age gap", number, at) if at else 0
            eldest = max(0, eldest - gap)
            places.append(Place(role="child", age=eldest))
    if kind == "three_generations":
        older = first + streams.between(22, 34, "age", number, "grandparent")
        places.append(Place(role="grandparent", age=older))
    return places
