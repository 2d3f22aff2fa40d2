"""Two records found to be one person: linked, their illness joined, the spare conversation closed. All undone again.

A link never rewrites what was recorded of either person, so that closing it brings both back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from throughline.calling.actions import close_items
from throughline.calling.models import State, WorkItem
from throughline.core.errors import NotFound
from throughline.journal.actions import record
from throughline.people.models import MatchQuestion, Person, PersonLink
from throughline.tracing.actions.in_error import close_in_error
from throughline.tracing.actions.joined import gather, links_to, scatter, take_numbers_back
from throughline.tracing.actions.offering import offer_again
from throughline.tracing.errors import CannotJoin
from throughline.tracing.models import Case, Episode, Holding
from throughline.tracing.queries.joins import cases_of, links_between, merging
from throughline.tracing.queries.subjects import OPEN, open_subjects

SAME, DIFFERENT = "same", "different"
# A join that waits for a lease is looked for among the answers of the last days.
WAITING_DAYS = timedelta(days=7)
BATCH = 50


@transaction.atomic
def answer_question(*, question_id: UUID, answer: str, by: UUID, at: datetime) -> bool:
    """Answer whether two are one, once, and return whether they are joined by now.

    With a handler in conversation with either household, the join follows when the lease has ended.
    """
    if answer not in (SAME, DIFFERENT):
        raise CannotJoin("Answer “same” or “different”.")
    question = MatchQuestion.objects.select_for_update().filter(id=question_id).first()
    if question is None:
        raise NotFound
    if question.answer is not None and question.answer != answer:
        raise CannotJoin(
            f"A colleague has answered “{question.answer}” already; open the persons to change it."
        )
    if question.answer is None:
        question.answer, question.answered_by, question.answered_at = answer, by, at
        question.save(update_fields=["answer", "answered_by", "answered_at"])
        record(
            "tracing.question_answered",
            at=at,
            by=by,
            subjects=(question.id, question.newer_id, question.older_id),
            answer=answer,
        )
    if answer == DIFFERENT:
        return False
    return join_persons(newer_id=question.newer_id, older_id=question.older_id, by=by, at=at)


def join_waiting(at: datetime) -> int:
    """Join those whose join waited for a lease to end, and return how many. Needs r_match."""
    linked = PersonLink.objects.filter(
        from_person_id=OuterRef("newer_id"), to_person_id=OuterRef("older_id")
    )
    waiting = MatchQuestion.objects.filter(
        ~Exists(linked), answer=SAME, answered_at__gt=at - WAITING_DAYS
    ).order_by("answered_at")[:BATCH]
    return sum(
        join_persons(newer_id=one.newer_id, older_id=one.older_id, by=one.answered_by, at=at)
        for one in waiting
    )


@transaction.atomic
def join_persons(*, newer_id: UUID, older_id: UUID, by: UUID | None, at: datetime) -> bool:
    """Make the newer record point at the older one; False while a handler is speaking with either household."""
    persons = {
        one.id: one
        for one in Person.objects.select_for_update()
        .filter(id__in=(newer_id, older_id))
        .order_by("id")
    }
    if len(persons) != 2:
        raise NotFound
    newer, older = persons[newer_id], persons[older_id]
    links = PersonLink.objects.filter(undone_at__isnull=True)
    if links.filter(from_person=newer, to_person=older).exists():
        return True
    if refused := links_between(newer.id, older.id):
        raise CannotJoin(refused)
    if _in_conversation(newer, older):
        return False
    link = PersonLink.objects.create(
        from_person=newer, to_person=older, by_id=by or older.id, at=at
    )
    merged = _merge_cases(newer, older, at=at)
    contacts = gather(older, [link], at=at)
    if contacts and open_subjects(older.household_id):
        _offer_again(older, by=by, at=at)
    _close_spare((newer, older), by=by, at=at)
    record(
        "tracing.persons_joined",
        at=at,
        by=by,
        subjects=(link.id, newer.id, older.id, *merged, *contacts),
        cases=len(merged),
        contacts=len(contacts),
    )
    return True


@transaction.atomic
def unjoin_persons(*, newer_id: UUID, by: UUID, at: datetime) -> None:
    """Close the link, bring the newer record's cases and contacts back, and offer its household again."""
    link = (
        PersonLink.objects.select_for_update(of=("self",))
        .filter(from_person_id=newer_id, undone_at__isnull=True)
        .select_related("from_person", "to_person")
        .first()
    )
    if link is None:
        raise CannotJoin("This person is not joined to anybody; look at their page again.")
    newer, older = link.from_person, link.to_person
    if _in_conversation(newer, older):
        raise CannotJoin(
            "Somebody is speaking with one of their households; undo the join when that has ended."
        )
    links = links_to(older)
    scatter(older, links, at=at)
    take_numbers_back(newer, older, at=at)
    link.undone_at = at
    link.save(update_fields=["undone_at"])
    cases = list(Case.objects.filter(person=newer, merged_into__person=older))
    for case in cases:
        _unmerge(case, link, at=at)
    Episode.objects.filter(person=newer, merged_into__person=older).update(merged_into=None)
    # What stood on the newer record's results alone stands no more.
    close_in_error(
        list(Episode.objects.filter(person__in=(newer, older)).values_list("id", flat=True)), at=at
    )
    # Others may still be joined to the older record: for them all is as if this one never was.
    gather(older, [one for one in links if one.id != link.id], at=at)
    for person in (newer, older, *(one.from_person for one in links if one.id != link.id)):
        if open_subjects(person.household_id):
            _offer_again(person, by=by, at=at)
    _close_spare((newer, older), by=by, at=at)
    record(
        "tracing.persons_unjoined",
        at=at,
        by=by,
        subjects=(link.id, newer.id, older.id, *(one.id for one in cases)),
        cases=len(cases),
    )


def _in_conversation(*persons: Person) -> bool:
    return (
        WorkItem.objects.select_for_update()
        .filter(household_id__in=[one.household_id for one in persons], state=State.LEASED)
        .exists()
    )


def _merge_cases(newer: Person, older: Person, *, at: datetime) -> list[UUID]:
    """Two cases of one illness become one: the older record's stays, the newer's is kept and not counted."""
    merged = []
    for case, into in merging(cases_of(newer.id), cases_of(older.id)):
        Episode.objects.filter(id=case.episode_id).update(merged_into=into.episode)
        case.merged_into = into
        if case.outcome == OPEN:
            case.outcome, case.closed_at = "not_reached", at
        case.revision += 1
        case.save()
        Holding.objects.filter(subject_id=case.id, ended_at__isnull=True).update(
            ended_at=at, end="merged"
        )
        merged.append(case.id)
    return merged


def _close_spare(persons: Iterable[Person], *, by: UUID | None, at: datetime) -> None:
    """Close the conversations in which nobody is left to be spoken with."""
    homes = dict.fromkeys(one.household_id for one in persons)
    spare = [home for home in homes if not open_subjects(home)]
    close_items(spare, reason="merged", by=by, at=at)


def _unmerge(case: Case, link: PersonLink, *, at: datetime) -> None:
    case.merged_into = None
    if case.closed_at == link.at:
        # Closed by the join alone: it goes on, and somebody answers for it again.
        case.outcome, case.closed_at = OPEN, None
        Holding.objects.create(
            subject="case",
            subject_id=case.id,
            household_id=case.household_id,
            managed_by=case.managed_by,
            offered_at=at,
            reason="unjoined",
        )
    case.revision += 1
    case.save()


def _offer_again(person: Person, *, by: UUID | None, at: datetime) -> None:
    offer_again(person.household_id, open_subjects(person.household_id), by=by, at=at)
