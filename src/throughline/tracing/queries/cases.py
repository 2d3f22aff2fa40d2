"""Cases for those who answer for them: one on a page, a team's lists by key, and the figures of the front page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from throughline.calling.models import State, WorkItem
from throughline.core.copying import fetch
from throughline.core.errors import NotFound
from throughline.core.sight import Sight
from throughline.people.models import MatchQuestion, Person
from throughline.tracing.models import CaseShare, Holding
from throughline.tracing.queries import terms
from throughline.tracing.queries.case_cards import (
    CasePage,
    CaseRow,
    InboxRow,
    QuestionRow,
    Reason,
    SettingLine,
)
from throughline.tracing.queries.case_page import case_page, is_late
from throughline.tracing.queries.person_cards import person_card
from throughline.tracing.queries.subjects import age_on, display_name, open_subjects
from throughline.tracing.rules.dates import day_of

__all__ = [
    "CasePage",
    "CaseRow",
    "InboxRow",
    "QuestionRow",
    "SettingLine",
    "case_page",
    "escalation_counts",
    "escalations",
    "open_questions",
    "question",
    "team_cases",
    "team_inbox",
]

PAGE = 50


def team_cases(
    sight: Sight, *, team_id: UUID, at: datetime, after: str = "", size: int = PAGE
) -> list[CaseRow]:
    """Return the cases shared with a team, the newest first, from the key that the last row gave.

    The list starts at the shares, so that it costs the same however many cases there are elsewhere.
    """
    _lists(sight, at)
    shares = CaseShare.objects.filter(team_id=team_id, until_at__isnull=True).select_related("case")
    if after:
        moment, share_id = _key(after)
        # One range of the index; the exclusion only drops the rows of the very same moment.
        shares = shares.filter(from_at__lte=moment).exclude(from_at=moment, id__lte=share_id)
    found = list(shares.order_by("-from_at", "id")[: size + 1])
    page, more = found[:size], len(found) > size
    persons = Person.objects.in_bulk([one.case.person_id for one in page])
    today = day_of(at, zone=terms.zone())
    rows = []
    for one in page:
        person = persons.get(one.case.person_id)
        rows.append(
            CaseRow(
                ref=one.case.ref,
                name=display_name(person) if person else "",
                age=age_on(person, today) if person else None,
                disease=one.case.disease,
                outcome=one.case.outcome,
                managed_by=one.case.managed_by,
                tier=one.case.tier,
                transferred_at=one.case.transferred_at,
                shared_at=one.from_at,
                why=one.why,
                after=f"{one.from_at.isoformat()}_{one.id}" if more or one is not page[-1] else "",
                persons=(one.case.person_id,),
            )
        )
    return rows


def _key(after: str) -> tuple[datetime, UUID]:
    """Return where a page begins; a key that is none of ours leads nowhere."""
    moment, _, share_id = after.partition("_")
    try:
        return datetime.fromisoformat(moment), UUID(share_id)
    except ValueError as error:
        raise NotFound from error


def team_inbox(sight: Sight, *, team_id: UUID, at: datetime, size: int = PAGE) -> list[InboxRow]:
    """Return what is with the team, those that wait to be accepted first; `late` shows red."""
    _lists(sight, at)
    items = WorkItem.objects.filter(team_id=team_id, state=State.LOCAL).order_by("-rank", "id")
    rows = [_inbox_row(one, at) for one in items[:size]]
    return sorted(rows, key=lambda one: (one.accepted, one.due_at))


def _inbox_row(item: WorkItem, at: datetime) -> InboxRow:
    subjects = open_subjects(item.household_id)
    holding = (
        Holding.objects.filter(
            household_id=item.household_id, team_id=item.team_id, ended_at__isnull=True
        )
        .order_by("offered_at")
        .first()
    )
    persons = Person.objects.in_bulk([one.person_id for one in subjects])
    since = holding.offered_at if holding else item.opened_at
    return InboxRow(
        item_ref=item.ref,
        revision=item.revision,
        case_ref=next((one.ref for one in subjects if one.case is not None), None),
        names=tuple(
            display_name(persons[one.person_id]) for one in subjects if one.person_id in persons
        ),
        subjects=len(subjects),
        handed_over_at=since,
        due_at=(holding.due_at if holding else None) or since,
        late=holding is not None and item.accepted_at is None and is_late(holding, at),
        accepted=item.accepted_at is not None,
        persons=tuple(persons),
    )


def open_questions(sight: Sight, *, at: datetime, size: int = PAGE) -> list[QuestionRow]:
    """Return the pairs who may be one person, the likeliest first."""
    _lists(sight, at)
    found = (
        MatchQuestion.objects.filter(answer__isnull=True)
        .select_related("newer", "older")
        .order_by("-score", "id")
    )
    return [_question_row(one, at) for one in found[:size]]


def question(sight: Sight, *, question_id: UUID, at: datetime) -> QuestionRow:
    """Return one pair, side by side. Raises NotFound."""
    _lists(sight, at)
    found = MatchQuestion.objects.filter(id=question_id).select_related("newer", "older").first()
    if found is None:
        raise NotFound
    return _question_row(found, at)


def _question_row(one: MatchQuestion, at: datetime) -> QuestionRow:
    today = day_of(at, zone=terms.zone())
    return QuestionRow(
        id=one.id,
        score=one.score,
        reasons=tuple(_reasons(one.reasons)),
        newer=person_card(one.newer, today, revealed=True),
        older=person_card(one.older, today, revealed=True),
        asked_at=one.asked_at,
    )


def _reasons(stored: Iterable[object]) -> Iterable[Reason]:
    for one in stored:
        if isinstance(one, dict):
            yield Reason(what=str(one["what"]), how=str(one["how"]), points=int(one["points"]))


# Of the newest escalations by index, so that it costs the same however many there are.
SETTINGS = """with looked_at as (
        select id, setting_id, case_id, rule, why, at from tracing_escalation
        where suppressed = %(suppressed)s order by id desc limit %(looked_at)s),
    settings as (
        select setting_id, (array_agg(id order by id desc))[1] as id, max(at) as at,
            (array_agg(case_id order by id desc))[1] as case_id, (array_agg(why order by id desc))[1] as why,
            array_agg(distinct rule) as rules, count(distinct case_id) as cases
        from looked_at group by setting_id order by 2 desc limit %(size)s)
    select s.name, s.kind, n.rules, n.cases, n.at, n.why, c.ref from settings n
    join tracing_setting s on s.id = n.setting_id
    cross join lateral (select ref from tracing_case where id = n.case_id limit 1) c
    order by n.id desc"""
LOOKED_AT = 1000


def escalations(
    sight: Sight, *, at: datetime, suppressed: bool, size: int = PAGE
) -> list[SettingLine]:
    """Return the settings that were escalated last, or held back: each once, with its cases of the newest thousand."""
    _lists(sight, at)
    return [
        SettingLine(
            setting=name,
            kind=kind,
            rules=tuple(rules),
            why=why,
            cases=number,
            at=newest,
            case_ref=case,
        )
        for name, kind, rules, number, newest, why, case in fetch(
            SETTINGS, {"suppressed": suppressed, "looked_at": LOOKED_AT, "size": size}
        )
    ]


def escalation_counts() -> list[tuple[str, str, int, int, int]]:
    """Return per protocol version and rule how many were raised and how many suppressed."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select protocol, rule, protocol_version, count(*) filter (where not suppressed),
                count(*) filter (where suppressed)
            from tracing_escalation group by 1, 2, 3 order by 1, 2, 3"""
        )
        return [tuple(row) for row in cursor.fetchall()]


def _lists(sight: Sight, at: datetime) -> None:
    """A list needs a sight that is not of one household alone."""
    if sight.household is not None or not sight.covers(None, at=at):
        raise NotFound
