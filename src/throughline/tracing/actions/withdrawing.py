"""Results and links that were loaded in error: each is withdrawn as its sender would have withdrawn it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch, run
from throughline.core.ids import new_id
from throughline.tracing.actions.in_error import end_in_error, release_in_error
from throughline.tracing.actions.offering import offer_or_close
from throughline.tracing.actions.results import accept_results
from throughline.tracing.arrivals import Arrival
from throughline.tracing.queries.derivations import IN_ERROR

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


def withdraw_links(exposures: Sequence[UUID], *, at: datetime) -> None:
    """Take back these meetings; whoever no other meeting is left of is a contact no more.

    Needs r_match.
    """
    run(
        "update tracing_exposure set withdrawn_at = %s where id = any(%s) and withdrawn_at is null",
        [at, list(exposures)],
    )
    alone = fetch(
        """select distinct e.contact_id from tracing_exposure e where e.id = any(%s)
            and not exists (select from tracing_exposure o
                where o.contact_id = e.contact_id and o.withdrawn_at is null)""",
        [list(exposures)],
    )
    released = release_in_error([contact for (contact,) in alone], at=at)
    end_in_error([contact for contact, _, _ in released], at=at)
    homes = [household for _, _, household in released]
    offer_or_close(homes, reason=IN_ERROR, by=None, at=at)
