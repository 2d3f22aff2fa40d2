"""Results that were loaded in error: each is withdrawn as its sender would have withdrawn it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch
from throughline.core.ids import new_id
from throughline.tracing.actions.results import accept_results
from throughline.tracing.arrivals import Arrival

COPIED = (
    "person_id", "household_id", "sender_id", "message_id", "row_number", "report_id", "disease",
    "result", "test_kind", "route", "pillar", "purpose", "taken_at", "onset_on", "symptomatic",
    "area", "region", "setting", "setting_kind",
)  # fmt: skip


def withdraw_results(results: Sequence[UUID], *, at: datetime) -> None:
    """Let nothing stand of these results: they stay to be seen, and what stood on them alone is closed.

    Needs r_match.
    """
    rows = fetch(
        f"""select id, {", ".join(COPIED)} from tracing_result
        where id = any(%s) and superseded_by_id is null order by row_number""",  # noqa: S608 - our own column names
        [list(results)],
    )
    accept_results(
        [
            Arrival(
                result_id=new_id(),
                supersedes=result,
                reported_at=at,
                received_at=at,
                status="withdrawn",
                **dict(zip(COPIED, said, strict=True)),
            )
            for result, *said in rows
        ],
        at=at,
    )
