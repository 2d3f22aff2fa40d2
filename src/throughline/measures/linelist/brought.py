"""A line list of two frames or files of one's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from throughline.measures.errors import FrameError
from throughline.measures.linelist.lists import LIST, LineList, made
from throughline.measures.linelist.pairs import ROW
from throughline.measures.tidy import Source, frame_of, ids

PAIRS = "contact pairs"


def from_frames(
    cases: Source,
    contacts: Source | None = None,
    *,
    id: str = "id",
    from_: str = "from",
    to: str = "to",
    infector: str | None = None,
    split: str | None = None,
    zone: str = "UTC",
) -> LineList:
    """Make a line list of two frames or files: polars, pandas, Arrow, or the path of a CSV or Parquet file.

    The pairs are `contacts`, whose columns `from_` and `to` name persons by their `id`; or they are in the list itself, in
    the column `infector` of whoever infected each, where `split` stands between several. Other columns are kept.
    `zone` is that of times without one.

    Raises FrameError when a column is not there, when a case has no id, and when two have the same.

    >>> cases = pl.DataFrame({"case": [1, 2, 3], "by": [None, 1, 1]})
    >>> from_frames(cases, id="case", infector="by")
    3 cases, 2 pairs
    >>> from_frames(cases, pl.DataFrame({"from": [1, 2], "to": [9, 2]}), id="case")
    3 cases, 1 pair
    1 × self: a person with themselves, set aside
    1 × unknown_to: it goes to somebody who is not in the line list, and is counted
    """
    given = frame_of(cases, LIST)
    known = ids(given, id, LIST)
    _one_each(known)
    listed = given.select(known.alias("id"), pl.exclude(_others(given, [id], ["id"], LIST)))
    if contacts is not None and infector is not None:
        raise FrameError("Give the pairs as contacts or as the column infector, and not as both.")
    if infector is not None:
        pairs = _infectors(given, known, infector, split)
    elif contacts is not None:
        pairs = _pairs(frame_of(contacts, PAIRS), from_, to)
    else:
        pairs = pl.DataFrame(schema={ROW: pl.UInt32, "from": pl.String, "to": pl.String})
    return made(listed, pairs, zone=zone)


def _others(
    given: pl.DataFrame, taken: Sequence[str], names: Sequence[str], what: str
) -> Sequence[str]:
    """Return the columns that are taken, after seeing that no other has a name that these now have."""
    if both := [name for name in names if name in given.columns and name not in taken]:
        raise FrameError(
            f"The {what} have a column {both[0]} besides {', '.join(taken)}, which is called so here; rename or drop it."
        )
    return taken


def _one_each(known: pl.Series) -> None:
    if missing := known.is_null().arg_true().to_list():
        raise FrameError(
            f"The {LIST} has no id in {_rows(missing)}; give each case one, or leave such rows out."
        )
    if (twice := known.filter(known.is_duplicated())).len():
        rows = (known == twice[0]).arg_true().to_list()
        raise FrameError(
            f"The {LIST} has the id {twice[0]!r} more than once, in {_rows(rows)}; each case has one row, so join "
            "them, or give one another id."
        )


def _rows(places: Collection[int]) -> str:
    told = [str(place + 1) for place in places]
    more = f" and {len(told) - 3} more" if len(told) > 3 else ""
    return f"row {', '.join(told[:3])}{more}"


def _pairs(given: pl.DataFrame, from_: str, to: str) -> pl.DataFrame:
    ends = ids(given, from_, PAIRS).alias("from"), ids(given, to, PAIRS).alias("to")
    others = pl.exclude(_others(given, [from_, to], ["from", "to"], PAIRS))
    return given.select(*ends, others).with_row_index(ROW, offset=1)


def _infectors(
    given: pl.DataFrame, known: pl.Series, infector: str, split: str | None
) -> pl.DataFrame:
    found = pl.DataFrame({"from": ids(given, infector, LIST), "to": known})
    found = found.with_row_index(ROW, offset=1).drop_nulls("from")
    if split is not None:
        found = found.with_columns(pl.col("from").str.split(split)).explode("from")
        found = found.with_columns(pl.col("from").str.strip_chars()).filter(pl.col("from") != "")
    return found
