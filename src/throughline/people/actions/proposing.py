"""Proposals of the nightly comparison: questions for a person, never a join, and never one that was asked before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection, transaction

from throughline.core.copying import fetch
from throughline.journal.actions import record
from throughline.people.actions.find import lock_matching
from throughline.people.rules.linkage import Pair

NIGHT = timedelta(hours=20)
CHUNK = 1 << 20

# Telephones and homes as keys alone: whether two are the same is all that is compared.
PERSONS = """copy (
    select p.id as unique_id, p.given_norm as given, p.family_norm as family, p.family_phonetic as sound,
        p.birth_date, p.sex,
        (select i.value from people_identifier i where i.person_id = p.id and i.scheme = 'nhs' limit 1) as nhs,
        (select string_agg(d.endpoint_id::text, '|') from people_contact_detail d
            where d.person_id = p.id and d.kind = 'phone' and d.wrong_since is null) as phones,
        (select string_agg(r.address_id::text, '|') from people_residence r where r.person_id = p.id) as homes
    from people_person p where not exists (select from people_person_link l
        where l.from_person_id = p.id and l.undone_at is null)
) to stdout (format csv, header)"""

PROPOSE = """
insert into people_match_question (id, newer_id, older_id, score, reasons, asked_at, source)
select uuidv7(), n.newer, n.older, n.score, n.reasons, %(at)s, 'batch'
from jsonb_to_recordset(%(pairs)s::jsonb)
    as n(newer uuid, older uuid, score float8, reasons jsonb, place int)
where exists (select from people_person p where p.id = n.newer)
    and exists (select from people_person p where p.id = n.older)
    and not exists (select from people_match_question q
        where (q.newer_id, q.older_id) in ((n.newer, n.older), (n.older, n.newer)))
    and not exists (select from people_person_link l
        where l.from_person_id in (n.newer, n.older) and l.undone_at is null)
order by n.place limit %(most)s
on conflict do nothing returning newer_id, older_id
"""


def write_persons(path: Path) -> None:
    """Write everybody who stands for themselves into a file, for the comparison. Needs r_match."""
    with connection.cursor() as cursor, cursor.copy(PERSONS) as rows, path.open("wb") as file:
        for some in rows:
            file.write(some)


@transaction.atomic
def propose(pairs: Sequence[Pair], *, most: int, at: datetime) -> int:
    """Ask about the surest of these pairs, no more than `most` in one night; return how many. Needs r_match.

    A pair that was asked about before, in whichever order and whatever the answer, is not asked about again.
    """
    lock_matching()
    ((already,),) = fetch(
        "select count(*) from people_match_question where source = 'batch' and asked_at > %s",
        [at - NIGHT],
    )
    asked = fetch(
        PROPOSE,
        {
            "pairs": json.dumps([_row(place, one) for place, one in enumerate(pairs)]),
            "most": max(0, most - already),
            "at": at,
        },
    )
    record(
        "people.questions_proposed",
        at=at,
        by=None,
        subjects=tuple(dict.fromkeys(person for row in asked for person in row)),
        found=len(pairs),
        asked=len(asked),
        most=most,
    )
    return len(asked)


def _row(place: int, pair: Pair) -> dict[str, object]:
    return {
        "place": place,
        "newer": str(pair.newer),
        "older": str(pair.older),
        "score": likeness(pair.weight),
        "reasons": [
            {"what": what, "how": how, "points": points} for what, how, points in pair.reasons
        ],
    }


def likeness(weight: float) -> float:
    """Return a pair's weight on the scale of the live match: even chances are where that asks, too."""
    return round(min(25.0, 10 + weight / 2), 1)
