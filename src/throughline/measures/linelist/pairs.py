"""Pairs of persons, from whom to whom: which of them can be used, and what is to be said of the others."""

from __future__ import annotations

import polars as pl

NO_FROM, NO_TO, SELF, REPEATED = "no_from", "no_to", "self", "repeated"
UNKNOWN_FROM, UNKNOWN_TO = "unknown_from", "unknown_to"

MEANING = {
    NO_FROM: "it does not say from whom, and is set aside",
    NO_TO: "it does not say to whom, and is set aside",
    SELF: "a person with themselves, set aside",
    REPEATED: "the same two as in an earlier row, counted once",
    UNKNOWN_FROM: "it comes from somebody who is not in the line list, and is counted",
    UNKNOWN_TO: "it goes to somebody who is not in the line list, and is counted",
}
"""What each fault of a pair is, and what becomes of the pair."""

ROW = "\x1frow"
"""The column of a pair's place among those given, from 1; no frame has one of this name."""

_SET_ASIDE = (NO_FROM, NO_TO, SELF, REPEATED)


def sorted_out(
    pairs: pl.DataFrame, known: pl.Series, expected: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the pairs that can be used, and each fault of each pair: row, from, to, fault.

    `pairs` has the columns `ROW`, `from` and `to` before its own; `known` are the ids of the line list, and
    `expected` others to whom a pair may go.
    """
    from_, to = pl.col("from"), pl.col("to")
    both = from_.is_not_null() & to.is_not_null()
    told = {
        NO_FROM: from_.is_null(),
        NO_TO: to.is_null(),
        SELF: both & (from_ == to),
        REPEATED: both & (from_ != to) & ~pl.struct("from", "to").is_first_distinct(),
        UNKNOWN_FROM: from_.is_not_null() & ~from_.is_in(known.implode()),
        UNKNOWN_TO: to.is_not_null() & ~to.is_in(known.implode()) & ~to.is_in(expected.implode()),
    }
    judged = pairs.with_columns(**{f"is {name}": found for name, found in told.items()})
    faults = pl.concat(
        judged.filter(pl.col(f"is {name}")).select(
            pl.col(ROW).alias("row").cast(pl.Int64), "from", "to", fault=pl.lit(name)
        )
        for name in told
    ).sort("row", maintain_order=True)
    usable = judged.filter(~pl.any_horizontal(f"is {name}" for name in _SET_ASIDE))
    return usable.select(pairs.columns).drop(ROW), faults


def in_clusters(nodes: pl.Series, pairs: pl.DataFrame) -> pl.Series:
    """Return the number of each node's cluster: of nodes between which pairs lead, in whichever direction."""
    import numpy
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    places = pl.DataFrame({"id": nodes}).with_row_index("place")
    ends = [
        pairs.select(id=end).join(places, on="id", how="left", maintain_order="left")["place"]
        for end in ("from", "to")
    ]
    size = nodes.len()
    links = coo_array(
        (numpy.ones(pairs.height, numpy.int8), tuple(end.to_numpy() for end in ends)),
        shape=(size, size),
    )
    _, labels = connected_components(links, directed=False)
    return pl.Series("cluster", labels, pl.Int64)
