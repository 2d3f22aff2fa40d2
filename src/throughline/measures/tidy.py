"""Tidy frames of any library, in and out: polars, pandas and Arrow, CSV and Parquet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import polars as pl

from throughline.measures.columns import Kind, Table
from throughline.measures.errors import FrameError, unknown

if TYPE_CHECKING:
    import pandas
    import pyarrow

Source: TypeAlias = Any
"""A frame of polars, pandas or Arrow, anything with `to_polars()`, or the path of a CSV or Parquet file."""

NOTHING = ["", "NA"]
"""What a cell of a CSV says that says nothing; R writes NA."""


@dataclass(frozen=True, slots=True)
class Tidy:
    """A table with one observation a row, to be taken on in whichever library one likes.

    >>> frame = Tidy(pl.DataFrame({"id": ["a", "b"], "days": [3.0, None]}))
    >>> len(frame), frame.columns
    (2, ['id', 'days'])
    >>> frame.to_pandas()["days"].sum(), frame.to_arrow().num_rows
    (np.float64(3.0), 2)
    """

    frame: pl.DataFrame

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self.frame.height

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return self.frame.columns

    def to_polars(self) -> pl.DataFrame:
        """Return a polars frame."""
        return self.frame

    def to_pandas(self) -> pandas.DataFrame:
        """Return a pandas frame, dates as its own."""
        return cast("pandas.DataFrame", self.to_arrow().to_pandas(date_as_object=False))

    def to_arrow(self) -> pyarrow.Table:
        """Return an Arrow table; texts are plain strings, which every reader of Arrow knows."""
        import pyarrow

        table = self.frame.to_arrow()
        plain = [
            field.with_type(pyarrow.string())
            if pyarrow.types.is_large_string(field.type)
            else field
            for field in table.schema
        ]
        return table.cast(pyarrow.schema(plain))

    def _repr_html_(self) -> str:
        return self.frame._repr_html_()


def types_of(table: Table, zone: str | None = "UTC") -> dict[str, pl.DataType]:
    """Return the type of each declared column of an event table, in order; times are in UTC, in name where a zone is."""
    types: dict[Kind, pl.DataType] = {
        Kind.TIME: pl.Datetime("us", zone),
        Kind.DATE: pl.Date(),
        Kind.BOOL: pl.Boolean(),
        Kind.COUNT: pl.Int64(),
        Kind.NUMBER: pl.Float64(),
    }
    return {one.name: types.get(one.kind, pl.String()) for one in table.columns}


def frame_of(source: Source, what: str) -> pl.DataFrame:
    """Return a frame, or a file's, as polars has it; `what` is what errors call it.

    In a CSV, dates and numbers are told by their values, and an empty cell or NA is null. Raises FrameError for what is
    no frame and for a file that cannot be read.
    """
    if isinstance(source, pl.DataFrame):
        return source
    if isinstance(source, pl.LazyFrame):
        return source.collect()
    if isinstance(source, str | Path):
        return _of_file(Path(source), what)
    if hasattr(source, "to_polars"):
        return cast(pl.DataFrame, source.to_polars())
    try:
        # Without pandas' index, which is no column.
        found = pl.from_pandas(source) if _is_pandas(source) else pl.from_arrow(source)
    except (TypeError, ValueError) as error:
        raise FrameError(
            f"The {what} is a {type(source).__name__}, which is no frame ({error}); give one of "
            "polars, pandas or Arrow, or the path of a CSV or Parquet file."
        ) from None
    if not isinstance(found, pl.DataFrame):
        raise FrameError(
            f"The {what} is a {type(source).__name__}, which is one column and no frame; give a frame that has it."
        )
    return found


def ids(frame: pl.DataFrame, column: str, what: str) -> pl.Series:
    """Return a column as ids: texts without blanks around them, null where there is none.

    A column of numbers with gaps is made of decimals by pandas; 45.0 is the id 45.
    """
    if column not in frame.columns:
        raise FrameError(unknown(f"column of the {what} called", column, frame.columns))
    found = frame[column]
    if found.dtype.is_float() and (found.drop_nulls().drop_nans() % 1 == 0).all():
        found = found.fill_nan(None).cast(pl.Int64)
    text = found.cast(pl.String).str.strip_chars()
    return text.replace("", None)


def _of_file(path: Path, what: str) -> pl.DataFrame:
    if not path.is_file():
        raise FrameError(f"There is no file {path} to read the {what} from; check the path.")
    try:
        if path.suffix == ".parquet":
            return pl.read_parquet(path)
        return pl.read_csv(
            path, try_parse_dates=True, infer_schema_length=None, null_values=NOTHING
        )
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        told = str(error).splitlines()[0]
        raise FrameError(
            f"The {what} {path.name} cannot be read ({told}); it is a CSV in UTF-8, with commas and "
            "a header, or a Parquet file. Others can be read into a frame first."
        ) from None


def _is_pandas(source: object) -> bool:
    return type(source).__module__.partition(".")[0] == "pandas"
