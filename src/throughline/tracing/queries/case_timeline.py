"""What happened in a case, newest first: its own moments, the calls, and for the authority the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from throughline.calling.models import Attempt
from throughline.calling.queries import outcomes
from throughline.core.context import current
from throughline.core.ids import ahead, edge
from throughline.core.roles import Role
from throughline.journal.queries import entries_about
from throughline.tracing.models import Case, Contact
from throughline.tracing.queries.cards import TimelineLine
from throughline.workforce.models import Agent, User

MOST_ENTRIES = 100
# The household may have been rung for somebody else shortly before.
LOOK_BACK = timedelta(days=14)
# Of a case's own entries: what stands at the head of its page.
ELSEWHERE = frozenset(
    {"disease", "protocol", "version", "tier", "managed_by", "script", "revision"}
)


def timeline(case: Case, contacts: Sequence[Contact], at: datetime) -> tuple[TimelineLine, ...]:
    """Return everything that happened to a case and its contacts, as far as the role may know."""
    lines = [*_attempt_lines(case, at), *_own_lines(case)]
    context = current()
    if context is None or context.role == Role.AUTHORITY:
        lines += _journal_lines([case.id, *(one.id for one in contacts)])
    return tuple(sorted(lines, key=lambda one: one.at, reverse=True))


def _own_lines(case: Case) -> list[TimelineLine]:
    moments = (
        (case.taken_at, "Test taken"),
        (case.result_at, "Result reported by the laboratory"),
        (case.transferred_at, "Passed to tracing"),
        (case.first_attempt_at, "First attempt"),
        (case.reached_at, "Reached"),
        (case.closed_at, "Closed"),
    )
    return [TimelineLine(at=moment, title=title) for moment, title in moments if moment]


def _attempt_lines(case: Case, at: datetime) -> list[TimelineLine]:
    rows = list(
        Attempt.objects.filter(
            household_id=case.household_id,
            id__gte=edge(case.transferred_at - LOOK_BACK),
            id__lt=ahead(),
        ).order_by("-started_at")[:MOST_ENTRIES]
    )
    names = dict(
        Agent.objects.filter(id__in={one.agent_id for one in rows}).values_list(
            "id", "user__display_name"
        )
    )
    titles = {one.code: one.title for one in outcomes(at).outcome}
    return [
        TimelineLine(
            at=one.started_at,
            title=one.channel.capitalize(),
            detail=titles.get(one.outcome or "", one.outcome or "not ended yet"),
            who=names.get(one.agent_id, ""),
        )
        for one in rows
    ]


def _journal_lines(subjects: Sequence[UUID]) -> list[TimelineLine]:
    entries = entries_about(subjects, MOST_ENTRIES)
    names = dict(
        User.objects.filter(id__in={one.actor_id for one in entries if one.actor_id}).values_list(
            "id", "display_name"
        )
    )
    return [
        TimelineLine(
            at=one.at,
            title=_in_words(one.kind),
            detail=", ".join(_said(one.body)),
            who=names.get(one.actor_id, "") if one.actor_id else "the service",
        )
        for one in entries
    ]


def _said(body: Mapping[str, object]) -> Iterable[str]:
    """What an entry says that this page does not say elsewhere: counts, and codes as words."""
    for key, value in body.items():
        if key in ELSEWHERE or value is False or value == "" or not isinstance(value, str | int):
            continue
        name = key.replace("_", " ")
        yield name if value is True else f"{name}: {str(value).replace('_', ' ')}"


def _in_words(kind: str) -> str:
    said = kind.partition(".")[2].replace("_", " ")
    return f"{said[:1].upper()}{said[1:]}"
