"""The shipped protocols by name, for the tests of the rules."""

from datetime import UTC, datetime
from typing import cast
from zoneinfo import ZoneInfo

from throughline.definitions.forms.protocol import Protocol
from throughline.definitions.load import FILES, read
from throughline.tracing.rules.in_force import DatedProtocol

LONDON = ZoneInfo("Europe/London")


def dated(file: str) -> DatedProtocol:
    """A shipped protocol with its head."""
    found = read(FILES / "protocol" / f"{file}.toml")
    return DatedProtocol(
        id=found.id,
        version=found.version,
        valid_from=found.valid_from,
        applies_to=found.applies_to,
        sha256=found.sha256,
        protocol=cast(Protocol, found.form),
    )


def protocol(file: str) -> Protocol:
    """The body of a shipped protocol."""
    return dated(file).protocol


def utc(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


ENGLAND = [dated(f"covid-england-{version}") for version in (1, 2, 3)]
MAY, JULY, DECEMBER = (one.protocol for one in ENGLAND)
MEASLES = protocol("measles-1")
MERS = protocol("mers-1")
EBOLA = protocol("ebola-1")
EVERY = (MAY, JULY, DECEMBER, MEASLES, MERS, EBOLA)
