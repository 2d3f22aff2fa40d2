"""Which of the two kinds of file is given, and the weeks that it makes."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from throughline.rehearsal.weekly import totals
from throughline.rehearsal.weekly.counts import Week, read_weeks


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Weeks to write, one at a time, and what was assumed to have them."""

    weeks: Iterator[Week]
    assumed: Mapping[str, object]


def open_source(
    path: Path,
    weeks: int | None = None,
    *,
    scale: float | None = None,
    size: float = 1.0,
    assumed: totals.Assumed | None = None,
) -> Source:
    """Read a file of published weeks (every count is told) or of weekly totals (the rest is assumed).

    `weeks` beyond a file of totals are its weeks once more, `scale` times as large (so that 91 weeks are
    England's size); `size` makes every week of
    totals so many times as large. Either way they are marked as scaled. Raises ValueError for a file of neither
    kind, for a value in it that cannot be read, and for more published weeks than there are.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        columns = next(csv.reader(file), [])
    if "cases_transferred" in columns:
        return _published(path, weeks, size)
    if "hh_contacts_reached" in columns:
        known = totals.read_totals(path)
        shares = assumed or totals.Assumed()
        times = totals.ENGLAND_FACTOR if scale is None else scale
        told = {**shares.told(), "scale_beyond_the_file": times, "size": size}
        return Source(
            weeks=_completed(known, weeks or len(known), times, size, shares), assumed=told
        )
    raise ValueError(
        f"{path.name} has neither a column cases_transferred (published weeks) nor hh_contacts_reached "
        f"(weekly totals); its columns are {', '.join(columns) or 'none'}."
    )


def _published(path: Path, weeks: int | None, size: float) -> Source:
    known = read_weeks(path)
    if size != 1:
        raise ValueError("Published weeks have their counts; a size can be given for totals only.")
    if weeks is not None and weeks > len(known):
        raise ValueError(
            f"{path.name} has {len(known)} weeks and {weeks} were asked for; published weeks are not made up."
        )
    return Source(weeks=islice(iter(known), weeks), assumed={})


def _completed(
    known: list[totals.Totals], weeks: int, scale: float, size: float, assumed: totals.Assumed
) -> Iterator[Week]:
    for week in totals.series(known, weeks, scale):
        sized = week if size == 1 else totals.scaled(week, size, week.week_start)
        yield totals.complete(sized, assumed)
