"""Cases and the pairs between them, and what can be asked of them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from throughline.measures.errors import FrameError, unknown
from throughline.measures.linelist.pairs import MEANING, ROW, in_clusters, sorted_out
from throughline.measures.tidy import Tidy

LIST = "line list"
DAY_US = 86_400_000_000


@dataclass(frozen=True, kw_only=True)
class LineList:
    """Cases and the pairs between them.

    `cases` has a row for each, with its `id` as text first; `pairs` a row for each different pair, `from` and `to` first.
    `faults` lists what is to be said of pairs: row (from 1, as they were given), from, to and fault; `MEANING` has them
    in words. A pair is set aside when an end is missing, when both are the same person, and when it stands in an
    earlier row too; one to or from somebody outside the list is used.
    """

    cases: Tidy
    pairs: Tidy
    faults: Tidy
    zone: str = "UTC"

    def __repr__(self) -> str:
        """Return how many there are, and of nobody who."""
        counts = dict(self.faults.frame["fault"].value_counts().rows())
        told = [f"{counts[name]} × {name}: {MEANING[name]}" for name in MEANING if name in counts]
        cases, pairs = len(self.cases), len(self.pairs)
        first = f"{cases} case{'s' * (cases != 1)}, {pairs} pair{'s' * (pairs != 1)}"
        return "\n".join([first, *told])

    def delays(self, from_date: str, to_date: str | None = None) -> Tidy:
        """Return the days from a date of `from` to a date of `to`, a row for each pair.

        Shape: from, to, from_date, to_date, days (double; negative where the second is earlier, null where one is not
        known or a person is not in the list). Two dates are whole days apart; between times they are elapsed days, and a
        date beside a time is noon in `zone`. Without `to_date` it is the same column: of onsets, the serial interval.

        Raises FrameError for a column that is not there or holds neither dates nor times.

        >>> found = _example()
        >>> found.delays("onset").to_polars()["days"].to_list()
        [3.0, 5.0, None]
        >>> found.delays("onset", "tested").to_polars().row(0)
        ('a', 'b', datetime.date(2020, 5, 1), datetime.date(2020, 5, 6), 5.0)

        Source: the interval between successive cases, Fine 2003, American Journal of Epidemiology 158.
        """
        ends = {"from": from_date, "to": to_date or from_date}
        joined = self.pairs.frame.select("from", "to")
        for end, column in ends.items():
            dates = self.cases.frame.select(
                pl.col("id").alias(end), self._dates(column).alias(f"{end}_date")
            )
            joined = joined.join(dates, on=end, how="left", maintain_order="left")
        whole = all(joined[f"{end}_date"].dtype == pl.Date for end in ends)
        first, then = (self._moment(joined[f"{end}_date"], whole=whole) for end in ends)
        days = (then - first).dt.total_microseconds() / DAY_US
        return Tidy(joined.with_columns(days=days))

    def degrees(self) -> Tidy:
        """Return to how many others each is linked, a row for each person, those outside the list last.

        Shape: id, in_list, in (pairs to this person: who may have infected them), out (pairs from them), both (different
        persons in either direction).

        >>> _example().degrees().to_polars().rows()[0]
        ('a', True, 0, 2, 2)
        """
        pairs = self.pairs.frame.select("from", "to")
        turned = pairs.select(pl.col("to").alias("from"), pl.col("from").alias("to"))
        counts = {
            "in": pairs.group_by(id="to").len("in"),
            "out": pairs.group_by(id="from").len("out"),
            "both": pl.concat([pairs, turned]).unique().group_by(id="from").len("both"),
        }
        found = self._everybody()
        for name, count in counts.items():
            found = found.join(count, on="id", how="left", maintain_order="left")
            found = found.with_columns(pl.col(name).fill_null(0).cast(pl.Int64))
        return Tidy(found)

    def clusters(self) -> Tidy:
        """Return to which cluster each belongs: all between whom pairs lead, in whichever direction.

        Shape: id, in_list, cluster (from 1, the largest first), size (persons in it, those outside the list too).
        Whoever has no pair is a cluster of one.

        >>> _example().clusters().to_polars()["size"].to_list()
        [4, 4, 4, 1, 4]
        """
        found = self._everybody()
        found = found.with_columns(in_clusters(found["id"], self.pairs.frame))
        found = found.with_columns(size=pl.len().over("cluster").cast(pl.Int64))
        order = found.group_by("cluster", maintain_order=True).agg(pl.col("size").first())
        order = order.sort("size", descending=True, maintain_order=True)
        order = order.select("cluster", number=pl.int_range(1, pl.len() + 1))
        found = found.join(order, on="cluster", how="left", maintain_order="left")
        return Tidy(found.select("id", "in_list", pl.col("number").alias("cluster"), "size"))

    def clusters_by_size(self) -> Tidy:
        """Return how many clusters there are of each size: size, clusters, people; the largest first.

        >>> _example().clusters_by_size().to_polars().rows()
        [(4, 1, 4), (1, 1, 1)]
        """
        counted = (
            self.clusters()
            .frame.group_by("size")
            .agg(
                clusters=pl.col("cluster").n_unique().cast(pl.Int64), people=pl.len().cast(pl.Int64)
            )
        )
        return Tidy(counted.sort("size", descending=True))

    def _everybody(self) -> pl.DataFrame:
        listed = self.cases.frame.select("id", in_list=pl.lit(True))  # noqa: FBT003 - a column's value
        ends = pl.concat([self.pairs.frame.select(id=end) for end in ("from", "to")])
        others = ends.unique(maintain_order=True).join(
            listed, on="id", how="anti", maintain_order="left"
        )
        return pl.concat([listed, others.with_columns(in_list=pl.lit(False))])  # noqa: FBT003

    def _dates(self, column: str) -> pl.Series:
        frame = self.cases.frame
        if column not in frame.columns:
            raise FrameError(unknown(f"column of the {LIST} called", column, frame.columns))
        found = frame[column]
        if found.dtype == pl.Null:
            return found.cast(pl.Date)
        if found.dtype not in (pl.Date, pl.Datetime):
            example = found.drop_nulls().head(1).to_list()
            told = f", as {example[0]!r}" if example else ""
            raise FrameError(
                f"The column {column} of the {LIST} holds {found.dtype}{told}; delays are between dates or times, "
                "so make it one first, in polars with .str.to_date('%d/%m/%Y')."
            )
        return found

    def _moment(self, dates: pl.Series, *, whole: bool) -> pl.Series:
        if whole:
            return dates
        if dates.dtype == pl.Date:
            dates = dates.cast(pl.Datetime("us")).dt.offset_by("12h")
        dates = dates.cast(pl.Datetime("us", getattr(dates.dtype, "time_zone", None)))
        if dates.dtype == pl.Datetime("us", None):
            dates = dates.dt.replace_time_zone(self.zone, ambiguous="earliest")
        return dates.dt.convert_time_zone("UTC")


def made(
    listed: pl.DataFrame,
    pairs: pl.DataFrame,
    *,
    expected: pl.Series | None = None,
    zone: str,
) -> LineList:
    """Return the list of cases, whose `id` is there once each, and pairs; they may go to those `expected` besides."""
    others = pl.Series([], dtype=pl.String) if expected is None else expected
    usable, faults = sorted_out(pairs, listed["id"], others)
    return LineList(cases=Tidy(listed), pairs=Tidy(usable), faults=Tidy(faults), zone=zone)


def _example() -> LineList:
    """Return a list as the examples have it: a infects b and c, c somebody unknown; d has no pair."""
    cases = pl.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "onset": ["2020-05-01", "2020-05-04", "2020-05-06", "2020-05-02"],
            "tested": ["2020-05-03", "2020-05-06", "2020-05-07", None],
        }
    ).with_columns(pl.col("onset", "tested").str.to_date())
    pairs = pl.DataFrame({ROW: [1, 2, 3], "from": ["a", "a", "c"], "to": ["b", "c", "e"]})
    return made(cases, pairs, zone="UTC")
