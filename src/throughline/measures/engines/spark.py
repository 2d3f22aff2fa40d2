"""Spark, where tables outgrow one machine: the same text of every measure, in a session in UTC.

pyspark is in an environment of its own (`script/setup spark`); a session of your cluster serves as well.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from throughline.measures.dialects import SPARK, Dialect
from throughline.measures.errors import QuestionError

LOCAL = "local[*]"
# As the SQL standard has it, and so as the other engines: names in double quotes, errors instead of nulls.
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    # Merges are followed to the last; how many steps, the statement says.
    "spark.sql.cteRecursionRowLimit": "-1",
}


class SparkEngine:
    """A session of its own on a Spark application that may be somebody else's: neither sees the other's views."""

    dialect: Dialect = SPARK

    def __init__(self, application: Any) -> None:
        """Take any session of the application (pyspark's SparkSession)."""
        self.session: Any = application.newSession()
        for name, value in SETTINGS.items():
            self.session.conf.set(name, value)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows that a statement gives."""
        return [tuple(map(_in_utc, row)) for row in self.session.sql(sql).collect()]


def application(master: str = LOCAL) -> Any:
    """Return the running Spark application, or start one: here on all cores, or on the cluster that `master` names.

    Raises QuestionError without pyspark.
    """
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise QuestionError(
            "Spark is not installed here; `script/setup spark` makes .venv-spark, and "
            "`script/throughline measure … --engine spark` uses it."
        ) from None

    builder = SparkSession.builder.master(master).appName("throughline measures")
    if master.startswith("local"):
        # On this machine nothing listens to others, and a handful of parts is enough for its cores.
        for name, value in (
            ("spark.driver.host", "127.0.0.1"),
            ("spark.driver.bindAddress", "127.0.0.1"),
            ("spark.driver.memory", "2g"),
            ("spark.ui.enabled", "false"),
            ("spark.sql.shuffle.partitions", "4"),
        ):
            builder = builder.config(name, value)
    return builder.getOrCreate()


def _in_utc(value: Any) -> Any:
    """Return a moment in UTC without a zone: pyspark gives it in the zone of this process."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
