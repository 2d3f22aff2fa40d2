"""What became of one message, as the command line and the upload page answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from throughline.core.copying import fetch


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A message's rows by place, and its positives by what they led to; both add up to the unit."""

    received: int
    waiting: int
    accepted: int
    duplicates: int
    corrected: int
    quarantined: int
    rejected: int
    positives: int
    cases_opened: int
    cases_joined: int
    excluded: int
    links: int = 0  # accepted rows that tell of a contact
    quarantine_file: str | None = None

    @property
    def balances(self) -> bool:
        """Say whether every row is in one place and every positive led somewhere."""
        placed = self.waiting + self.accepted + self.duplicates + self.corrected
        led = self.cases_opened + self.cases_joined + self.excluded
        return self.received == placed + self.quarantined + self.rejected and self.positives == led

    def as_json(self) -> dict[str, object]:
        """Return the object that `--json` prints."""
        return asdict(self)


def receipt(message_ref: UUID) -> Receipt:
    """Return what became of a message so far."""
    ((message, received),) = fetch(
        "select id, rows_received from intake_message where ref = %s", [message_ref]
    )
    return _receipt("r.message_id = %s", [message], received=received)


def receipt_of_rows(refs: Sequence[UUID]) -> Receipt:
    """Return what became of rows that were once in quarantine, by their references there."""
    condition = """exists (select 1 from intake_quarantined q where q.ref = any(%s)
        and q.message_id = r.message_id and q.number = r.number)"""
    return _receipt(condition, [list(refs)], received=len(refs))


def _receipt(condition: str, parameters: list[object], *, received: int) -> Receipt:
    places = dict(
        fetch(
            f"select r.place, count(*) from intake_row r where {condition} group by r.place",  # noqa: S608
            parameters,
        )
    )
    ((positives, excluded, opened),) = fetch(
        f"""select count(*), count(*) filter (where t.episode_id is null), count(c.id)
        from intake_row r join tracing_result t on t.id = r.result_id
            and t.message_id = r.message_id and t.row_number = r.number
        left join tracing_case c on c.result_id = t.id
        where {condition} and t.result = 'positive' and r.place in ('accepted', 'corrected')""",  # noqa: S608
        parameters,
    )
    ((links,),) = fetch(
        f"""select count(*) from intake_row r join intake_link l
            on l.message_id = r.message_id and l.number = r.number and l.contact_id is not null
        where {condition} and r.place = 'accepted'""",  # noqa: S608
        parameters,
    )
    return Receipt(
        received=received,
        waiting=places.get("waiting", 0),
        accepted=places.get("accepted", 0),
        duplicates=places.get("duplicate", 0),
        corrected=places.get("corrected", 0),
        quarantined=places.get("quarantined", 0),
        rejected=places.get("rejected", 0),
        positives=positives,
        cases_opened=opened,
        cases_joined=positives - excluded - opened,
        excluded=excluded,
        links=links,
    )
