"""Which version of which protocol judges a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from throughline.definitions.forms.protocol import Protocol
from throughline.definitions.rules import governing
from throughline.tracing.rules.dates import day_of


@dataclass(frozen=True, kw_only=True)
class DatedProtocol:
    """One version of a protocol with its head; what `definitions` loads or stores, as rules need it."""

    id: str
    version: int
    valid_from: date
    applies_to: Literal["new", "open"]
    sha256: str
    protocol: Protocol
    kind: str = "protocol"


def protocol_in_force(
    protocols: Iterable[DatedProtocol],
    *,
    disease: str,
    transferred_at: datetime,
    at: datetime,
    zone: ZoneInfo,
) -> DatedProtocol | None:
    """The version that judges, at this moment, a case transferred then; None if the disease has no protocol.

    A version for new cases judges those transferred from its local day on and nobody else; one for
    open cases judges everybody from its day on. A closed case is asked about at the moment it closed. Raises NothingInForceError when
    all versions begin later.
    """
    mine = [one for one in protocols if one.protocol.disease.code == disease]
    if not mine:
        return None
    return governing(mine, opened=day_of(transferred_at, zone=zone), on=day_of(at, zone=zone))
