"""What became of each row of a message, one by one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughline.core.copying import fetch

LED_TO = {
    "opened": "opens a case",
    "joined": "joins a case",
    "excluded": "opens no case",
    "linked": "tells of a contact",
    "unlinked": "tells of no contact",
}


@dataclass(frozen=True, kw_only=True)
class RowOutcome:
    """One row: its place, what a positive led to, and what is wrong with one in quarantine. No value of it."""

    number: int
    place: str
    led_to: str = ""  # opened | joined | excluded | linked | unlinked
    why: str = ""  # of an exclusion, or of the quarantine
    column: str = ""
    allowed: str = ""

    @property
    def sentence(self) -> str:
        """Return it in words."""
        said = [self.place]
        if self.led_to:
            said.append(LED_TO[self.led_to] + (f" ({self.why})" if self.why else ""))
        if self.place == "quarantined":
            said.append(f"{self.column or 'row'}: {self.allowed}")
        return f"row {self.number}: {', '.join(said)}"


def outcomes(message_ref: UUID, *, after: int = 0, limit: int = 1000) -> list[RowOutcome]:
    """Return the rows of a message after one of them, in order. Needs r_authority or r_match."""
    rows = fetch(
        """select r.number, r.place,
            case when l.contact_id is not null and r.place = 'accepted' then 'linked'
                when r.result_id is null and r.place = 'accepted' then 'unlinked'
                when t.result is distinct from 'positive' or r.place not in ('accepted', 'corrected') then ''
                when t.episode_id is null then 'excluded' when c.id is not null then 'opened'
                else 'joined' end,
            coalesce(q.reason, t.exclusion, ''), coalesce(q."column", ''), coalesce(q.allowed, '')
        from intake_message m join intake_row r on r.message_id = m.id
        left join tracing_result t on t.id = r.result_id and t.message_id = r.message_id
            and t.row_number = r.number
        left join tracing_case c on c.result_id = t.id
        left join intake_link l on l.message_id = r.message_id and l.number = r.number
        left join intake_quarantined q on q.message_id = r.message_id and q.number = r.number
            and r.place = 'quarantined'
        where m.ref = %s and r.number > %s order by r.number limit %s""",
        [message_ref, after, limit],
    )
    return [
        RowOutcome(
            number=number, place=place, led_to=led_to, why=why, column=column, allowed=allowed
        )
        for number, place, led_to, why, column, allowed in rows
    ]
