"""The few words in which the engines differ. Everything else in a statement is the same text for all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """One engine's words: its name, its types, its lists, and the whole microseconds from one moment to another."""

    name: str
    text: str
    double: str
    array: str
    micros_between: str

    def micros(self, start: str, end: str) -> str:
        """Return the SQL of the elapsed microseconds, a whole number, below 0 when out of order."""
        return self.micros_between.format(start=start, end=end)

    def hours(self, start: str, end: str) -> str:
        """Return the SQL of the elapsed hours as a double."""
        # As doubles: Spark's decimal division rounds.
        hour = f"CAST(3600000000 AS {self.double})"
        return f"(CAST({self.micros(start, end)} AS {self.double}) / {hour})"


DUCKDB = Dialect(
    name="duckdb",
    text="VARCHAR",
    double="DOUBLE",
    array="ARRAY[{}]",
    micros_between="(epoch_us({end}) - epoch_us({start}))",
)
POSTGRES = Dialect(
    name="postgres",
    text="TEXT",
    double="DOUBLE PRECISION",
    array="ARRAY[{}]",
    micros_between="CAST(EXTRACT(EPOCH FROM ({end} - {start})) * 1000000 AS BIGINT)",
)
SPARK = Dialect(
    name="spark",
    text="STRING",
    double="DOUBLE",
    array="array({})",
    micros_between="(unix_micros({end}) - unix_micros({start}))",
)
DIALECTS = {one.name: one for one in (DUCKDB, POSTGRES, SPARK)}
