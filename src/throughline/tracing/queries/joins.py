"""What joining two records, or parting them again, brings about: read before it is done, so that nobody is surprised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from throughline.calling.models import State, WorkItem
from throughline.core.errors import NotFound
from throughline.core.sight import Sight
from throughline.people.models import ContactDetail, Person, PersonLink
from throughline.tracing.models import Case, Contact
from throughline.tracing.queries import terms
from throughline.tracing.queries.cards import PersonCard
from throughline.tracing.queries.person_cards import person_card
from throughline.tracing.queries.subjects import OPEN, Subject, open_subjects
from throughline.tracing.rules.dates import day_of

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Home:
    """One home's conversation: with how many people it is to be had now, and afterwards."""

    now: int
    after: int
    numbers_now: int
    numbers_after: int

    @property
    def closes(self) -> bool:
        """Whether its conversation ends, since nobody is left for it."""
        return self.now > 0 and self.after == 0


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What follows from the answer that two records are one person. `homes`: the newer's, then the older's.

    `refused` is why they cannot be joined; `waits`: somebody is speaking with one of the homes just now.
    """

    diseases: tuple[str, ...]  # of the cases that become one
    cases_apart: int  # cases of either that stay as they are
    contacts_merged: int
    contacts_moved: int
    homes: tuple[Home, ...]
    waits: bool
    refused: str = ""


@dataclass(frozen=True, kw_only=True)
class JoinedRow:
    """Two records that are joined, and what parting them brings back."""

    id: UUID
    at: datetime
    newer: PersonCard
    older: PersonCard
    cases: int
    contacts: int
    waits: bool

    @property
    def persons(self) -> tuple[UUID, ...]:
        """Whom the row shows."""
        return (self.newer.person_id, self.older.person_id)


def merging(newer: Iterable[Case], older: Iterable[Case]) -> list[tuple[Case, Case]]:
    """Return which cases of the newer record are one illness with which of the older's: the latter stay."""
    stays = list(older)
    pairs = []
    for case in newer:
        into = next((one for one in stays if _one_illness(case, one)), None)
        if into is not None:
            pairs.append((case, into))
    return pairs


def _one_illness(one: Case, other: Case) -> bool:
    if one.disease != other.disease:
        return False
    gap = timedelta(days=terms.protocol(other.protocol, other.protocol_version).episode.gap_days)
    first, second = sorted((one.episode, other.episode), key=lambda episode: episode.first_on)
    return second.first_on - first.last_on <= gap


def cases_of(person: UUID) -> list[Case]:
    """Return the cases of one record that stand for themselves, with their episodes."""
    found = Case.objects.filter(person_id=person, merged_into__isnull=True)
    return list(found.select_related("episode").order_by("transferred_at", "id"))


def links_between(newer: UUID, older: UUID) -> str:
    """Return why two records cannot be joined, or nothing."""
    links = PersonLink.objects.filter(undone_at__isnull=True)
    if links.filter(from_person_id__in=(newer, older)).exists() or (
        links.filter(to_person_id=newer).exists()
    ):
        return "One of the two is joined to somebody else; undo that first, or join the others instead."
    return ""


def preview_of_join(sight: Sight, *, newer_id: UUID, older_id: UUID, at: datetime) -> Preview:
    """Return what joining these two would bring about. Writes nothing."""
    _lists(sight, at)
    people = Person.objects.in_bulk([newer_id, older_id])
    if len(people) != 2:
        raise NotFound
    newer, older = people[newer_id], people[older_id]
    mine, theirs = cases_of(newer_id), cases_of(older_id)
    pairs = merging(mine, theirs)
    gone = {case.id for case, _ in pairs}
    following = {
        one.protocol for one in (*mine, *theirs) if one.outcome == OPEN and one.id not in gone
    }
    contacts = list(Contact.objects.filter(person_id=newer_id, merged_into__isnull=True))
    known = set(
        Contact.objects.filter(person_id=older_id, merged_into__isnull=True).values_list(
            "case_id", flat=True
        )
    )
    moved = [
        one
        for one in contacts
        if one.outcome == OPEN
        and one.became_case_id is None
        and one.case_id not in known
        and one.protocol not in following
    ]
    return Preview(
        diseases=tuple(case.disease for case, _ in pairs),
        cases_apart=len(mine) + len(theirs) - 2 * len(pairs),
        contacts_merged=sum(one.case_id in known for one in contacts),
        contacts_moved=len(moved),
        homes=_homes(newer, older, gone=gone, moved=bool(moved), following=following),
        waits=_in_conversation(newer, older),
        refused=links_between(newer_id, older_id),
    )


def _homes(
    newer: Person, older: Person, *, gone: set[UUID], moved: bool, following: set[str]
) -> tuple[Home, ...]:
    here = open_subjects(newer.household_id)
    there = open_subjects(older.household_id)
    if newer.household_id == older.household_id:
        left = [one for one in here if not _leaves(one, newer, gone, following)]
        back = int(moved and not any(one.person_id == older.id for one in left))
        shared = len(_numbers(newer.household_id))
        return (
            Home(now=len(here), after=len(left) + back, numbers_now=shared, numbers_after=shared),
        )
    left = [one for one in here if not _leaves(one, newer, gone, following)]
    stay = [one for one in there if not _follows(one, older, following)]
    back = int(moved and not any(one.person_id == older.id for one in stay))
    own, numbers = _numbers(newer.household_id), _numbers(older.household_id)
    lent = set(
        ContactDetail.objects.filter(
            person=newer, kind="phone", wrong_since__isnull=True
        ).values_list("endpoint_id", flat=True)
    )
    return (
        Home(now=len(here), after=len(left), numbers_now=len(own), numbers_after=len(own)),
        Home(
            now=len(there),
            after=len(stay) + back,
            numbers_now=len(numbers),
            numbers_after=len(numbers | lent),
        ),
    )


def _leaves(one: Subject, newer: Person, gone: set[UUID], following: set[str]) -> bool:
    """Whether the newer record's own part of a conversation ends with the join."""
    if one.person_id != newer.id:
        return False
    return one.kind == "contact" or (one.kind == "case" and one.id in gone)


def _follows(one: Subject, older: Person, following: set[str]) -> bool:
    """Whether a contact is spoken with as the other record's case from now on."""
    return (
        one.person_id == older.id
        and one.kind == "contact"
        and {row.protocol for row in one.contacts} <= following
    )


def _numbers(household: UUID) -> set[UUID]:
    return set(
        ContactDetail.objects.filter(
            household_id=household, kind="phone", wrong_since__isnull=True
        ).values_list("endpoint_id", flat=True)
    )


def joined(sight: Sight, *, at: datetime, size: int = PAGE) -> list[JoinedRow]:
    """Return the records that are joined, the newest join first."""
    _lists(sight, at)
    found = PersonLink.objects.filter(undone_at__isnull=True).order_by("-at", "-id")
    return _rows(list(found.select_related("from_person", "to_person")[:size]), at)


def joined_pair(sight: Sight, *, link_id: UUID, at: datetime) -> JoinedRow:
    """Return one join in force. Raises NotFound."""
    _lists(sight, at)
    found = PersonLink.objects.filter(id=link_id, undone_at__isnull=True)
    rows = _rows(list(found.select_related("from_person", "to_person")), at)
    if not rows:
        raise NotFound
    return rows[0]


def _rows(links: Sequence[PersonLink], at: datetime) -> list[JoinedRow]:
    today = day_of(at, zone=terms.zone())
    return [
        JoinedRow(
            id=link.id,
            at=link.at,
            newer=person_card(link.from_person, today, revealed=True),
            older=person_card(link.to_person, today, revealed=True),
            cases=Case.objects.filter(
                person=link.from_person, merged_into__person=link.to_person
            ).count(),
            contacts=Contact.objects.filter(moved_by_id=link.id).count(),
            waits=_in_conversation(link.from_person, link.to_person),
        )
        for link in links
    ]


def _in_conversation(*persons: Person) -> bool:
    homes = [one.household_id for one in persons]
    return WorkItem.objects.filter(household_id__in=homes, state=State.LEASED).exists()


def _lists(sight: Sight, at: datetime) -> None:
    """Two homes are looked at at once, which a sight of one does not cover."""
    if sight.household is not None or not sight.covers(None, at=at):
        raise NotFound
