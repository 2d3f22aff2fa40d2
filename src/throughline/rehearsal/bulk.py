"""Results in any number, streamed in constant memory, in the standard layout: for benchmarks and bad input.

There is no outbreak behind these rows: persons, households and results are drawn at the shares asked for.
A person is computed from its index, so a repeat costs no memory. The same arguments give the same bytes.
"""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

from throughline.rehearsal import names, phones, places
from throughline.rehearsal.faults import UNREADABLE
from throughline.rehearsal.identifiers import CAPACITY, nhs_number
from throughline.rehearsal.layout import COLUMNS, DISEASE, MOMENT

Values = tuple[str, ...]
_SIZES = (1, 2, 4, 1, 2, 3, 5, 6)
"""Household sizes, over and over"""
_PATTERN = tuple((door, at) for door, size in enumerate(_SIZES) for at in range(size))
_MINUTES = 21 * 1440
_BORN_WITHIN = 33_000
_CHUNK = 2_000
_MASK = (1 << 64) - 1
UNTIL = date(2020, 10, 21)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shares:
    """What part of the rows is so; each from 0 to 1."""

    positive: float = 0.05
    repeated_person: float = 0.2
    duplicate: float = 0.005
    faulty: float = 0.0
    """Rows with an unreadable birth date, an unknown result or a formula for a name, in turn"""

    def __post_init__(self) -> None:
        for name in self.__slots__:
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise ValueError(f"The share {name} is {share}; it must be from 0 to 1.")


@dataclass(kw_only=True, slots=True)
class Pools:
    """All the texts that rows are put together from."""

    until: date
    moments: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    births: list[str] = field(default_factory=list)
    female: Values = ()
    male: Values = ()
    family: Values = ()

    def __post_init__(self) -> None:
        # Specimens go back three days before the first report.
        start = datetime(self.until.year, self.until.month, self.until.day, tzinfo=UTC)
        start -= timedelta(days=24)
        moments = [start + timedelta(minutes=m) for m in range(24 * 1440)]
        self.moments = [m.strftime(MOMENT) for m in moments]
        self.days = [(start + timedelta(days=d - 2)).date().isoformat() for d in range(26)]
        newest = start.date()
        self.births = [(newest - timedelta(days=d)).isoformat() for d in range(_BORN_WITHIN)]
        pools = [names.pool(tradition) for tradition, share in names.TRADITIONS if share >= 0.04]
        self.female = tuple(itertools.chain.from_iterable(p.female for p in pools))
        self.male = tuple(itertools.chain.from_iterable(p.male for p in pools))
        self.family = tuple(itertools.chain.from_iterable(p.family for p in pools))


def rows(
    n: int, seed: int = 2020, *, shares: Shares | None = None, until: date = UNTIL
) -> Iterator[dict[str, str]]:
    for values in _values(n, seed, shares or Shares(), until):
        yield dict(zip(COLUMNS, values, strict=True))


def write(
    path: Path,
    rows: int = 1_000_000,
    seed: int = 2020,
    *,
    shares: Shares | None = None,
    until: date = UNTIL,
) -> int:
    """Writes one file of so many rows and returns its size in bytes."""
    every = _values(rows, seed, shares or Shares(), until)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        while chunk := list(itertools.islice(every, _CHUNK)):
            writer.writerows(chunk)
    return path.stat().st_size


def _values(n: int, seed: int, shares: Shares, until: date) -> Iterator[Values]:
    if n < 0:
        raise ValueError(f"{n} rows were asked for; ask for 0 or more.")
    pools = Pools(until=until)
    start = Random(seed).getrandbits(64)  # noqa: S311 - rehearsal data, not secrets
    draw = Random(seed)  # noqa: S311 - rehearsal data, not secrets
    uniform = draw.random
    met, faulty = 0, 0
    last: Values | None = None
    for at in range(n):
        if last is not None and uniform() < shares.duplicate:
            yield last
            continue
        if met and uniform() < shares.repeated_person:
            index = int(uniform() * met)
        else:
            index, met = met, met + 1
        result = "positive" if uniform() < shares.positive else "negative"
        last = row_of(
            pools, start, index, at, draw.getrandbits(48), 1440 * 3 + at * _MINUTES // n, result
        )
        if uniform() < shares.faulty:
            last = _faulty(last, faulty)
            faulty += 1
        yield last


def row_of(
    pools: Pools, start: int, index: int, at: int, bits: int, minute: int, result: str
) -> Values:
    turn, place = divmod(index, len(_PATTERN))
    door, member = _PATTERN[place]
    household = turn * len(_SIZES) + door
    own = bits_of(start, index)
    shared, address, phone = _home(start, household)
    is_female = own & 1
    given_pool = pools.female if is_female else pools.male
    taken = minute - 480 - bits % 3000
    bits >>= 12
    is_ill = bits & 1
    bits >>= 1
    given = given_pool[(own >> 1) % len(given_pool)]
    family = pools.family[shared % len(pools.family)]
    # The first two members are grown up; the others are their children.
    born = 7_000 + (own >> 16) % 26_000 if member < 2 else (own >> 16) % 6_500
    return (
        f"b{at:09d}",
        pools.moments[minute],
        pools.moments[max(0, taken)],
        DISEASE,
        result,
        "pcr",
        ("regional_site", "local_site", "home_kit", "mobile_unit")[bits & 3],
        "2",
        nhs_number(index) if index < CAPACITY else "",
        given,
        family,
        pools.births[born],
        "female" if is_female else "male",
        *address,
        phone,
        "",
        "en",
        pools.days[max(0, taken) // 1440 + 1] if is_ill else "",
        "yes" if is_ill else "no",
        "",
        "",
        "symptomatic" if is_ill else "other",
    )


def bits_of(start: int, key: int) -> int:
    """Sixty-four bits mixed from the key (the finishing steps of SplitMix64)."""
    mixed = start + key * 0x9E3779B97F4A7C15 & _MASK
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & _MASK
    return mixed ^ mixed >> 31


@lru_cache(maxsize=64)
def _home(start: int, household: int) -> tuple[int, Values, str]:
    """Bits, address and telephone; cached because a household's members mostly follow one another."""
    address = places.home(household)
    lines = (address.line_1, address.line_2, address.town, address.postcode)
    return bits_of(start, -household - 1), lines, phones.landline(household)


def _faulty(row: Values, turn: int) -> Values:
    values = dict(zip(COLUMNS, row, strict=True))
    if turn % 3 == 0:
        values["birth_date"] = UNREADABLE[turn // 3 % len(UNREADABLE)]
    elif turn % 3 == 1:
        values["result"] = "perhaps"
    else:
        values["given_name"] = f'=T("{values["given_name"]}")'
    return tuple(values.values())
