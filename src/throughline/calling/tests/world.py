"""What the tests of calling are about: invented suppliers, agents and households."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import connection, transaction

from throughline.calling.actions import Offer, offer
from throughline.calling.models import WorkItem
from throughline.calling.queries import Lease
from throughline.core.context import acting
from throughline.core.ids import new_id
from throughline.core.roles import Role
from throughline.definitions import actions as definitions
from throughline.definitions.load import shipped
from throughline.people.models import ContactDetail, Household, Person
from throughline.suppliers.models import Kind, Organisation
from throughline.workforce.models import Agent, Team, User

# Eleven in the morning: people may be rung.
NOON = datetime(2020, 11, 2, 11, 0, tzinfo=UTC)
NIGHT = datetime(2020, 11, 2, 3, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class World:
    """Two suppliers and a council with a local team."""

    north: Organisation
    south: Organisation
    team: Team

    @classmethod
    def made(cls) -> World:
        definitions.adopt(shipped(), by=None, at=NOON)
        north, south = (
            Organisation.objects.create(code=code, name=code, kind=Kind.SUPPLIER)
            for code in (f"north-{uuid4().hex[:6]}", f"south-{uuid4().hex[:6]}")
        )
        council = Organisation.objects.create(
            code=f"council-{uuid4().hex[:6]}", name="Elmbridge", kind=Kind.COUNCIL
        )
        team = Team.objects.create(
            code=f"team-{uuid4().hex[:6]}", name="Elmbridge health", organisation=council
        )
        return cls(north=north, south=south, team=team)

    def agent(self, supplier: Organisation | None = None, **more: Any) -> Agent:
        """A handler; trained for national first calls in English unless told otherwise."""
        supplier = supplier or self.north
        user = User.objects.create(
            username=f"h{uuid4().hex}",
            display_name="A Handler",
            role="handler",
            organisation=supplier,
            team=more.get("team"),
        )
        trained = {
            "kinds": ["case", "contact"],
            "tiers": ["2"],
            "skills": ["interview"],
            "languages": ["en"],
            "areas": [],
        }
        return Agent.objects.create(user=user, supplier=supplier, **(trained | more))

    def household(self, *, phones: int = 1) -> Household:
        """A household of one person with that many telephones."""
        household = Household.objects.create()
        person = Person.objects.create(household=household, source="test", created_at=NOON)
        for _ in range(phones):
            add_phone(person)
        return household

    def offered(self, count: int = 1, *, at: datetime = NOON, **more: Any) -> list[WorkItem]:
        """That many households with a telephone, offered to the queues."""
        households = [self.household() for _ in range(count)]
        offer([an_offer(one.id, **more) for one in households], by=None, at=at)
        return list(WorkItem.objects.filter(household_id__in=[one.id for one in households]))


def an_offer(household_id: UUID | None = None, **more: Any) -> Offer:
    """An offer of a case in the usual queue."""
    usual: dict[str, Any] = {
        "kind": "case",
        "tier": "2",
        "skill": "interview",
        "language": "en",
    }
    return Offer(household_id=household_id or new_id(), **(usual | more))


def add_phone(person: Person, *, endpoint_id: UUID | None = None) -> ContactDetail:
    """Another telephone of this person, or one that somebody else has too."""
    return ContactDetail.objects.create(
        person=person,
        household_id=person.household_id,
        kind="phone",
        value="01632960001",
        endpoint_id=endpoint_id or uuid4(),
        source="test",
        since=NOON,
    )


@contextmanager
def at_the_desk(lease: Lease, user_id: UUID) -> Iterator[None]:
    """Act as a handler's request does: the desk, with the household of the lease."""
    with transaction.atomic(), acting(Role.DESK, user=user_id, household=lease.household_id):
        yield


def together(*calls: Callable[[], T]) -> list[T | BaseException]:
    """Run each call in a thread with a connection of its own, and return what came of each."""
    results: list[T | BaseException] = [RuntimeError("never ran")] * len(calls)

    def run(place: int, call: Callable[[], T]) -> None:
        try:
            results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def query(statement: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
