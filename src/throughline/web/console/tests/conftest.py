"""A handler at a browser, with a household in hand or without."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from throughline.calling.models import WorkItem
from throughline.core import clock
from throughline.core.models import Service
from throughline.tracing.models import Case, Interview
from throughline.tracing.tests.world import Desk, World, claim, positives
from throughline.web.signin.adapters import BEGAN, SEEN
from throughline.web.signin.middleware import CONFIRMED
from throughline.workforce.models import User

HTMX = {"HTTP_HX_REQUEST": "true"}
PHONES = ("+447700900130", "+447700900131")


@dataclass(kw_only=True)
class Sitting:
    """A signed-in handler; `desk` is their lease seen from the rooms below."""

    client: Client
    user: User
    desk: Desk | None = None
    sent: dict[str, str] = field(default_factory=dict)

    @property
    def held(self) -> dict[str, str]:
        """What every form of the conversation carries."""
        assert self.desk is not None
        lease = self.desk.lease
        return {"item": str(lease.item_ref), "fence": str(lease.fence)}

    def post(self, path: str, **more: Any) -> Any:
        """Send a form as a browser without scripts does."""
        return self.client.post(f"/conversation/{path}/", self.held | more)

    def htmx(self, path: str, **more: Any) -> Any:
        """Send it as htmx does."""
        return self.client.post(f"/conversation/{path}/", self.held | more, **HTMX)

    def page(self) -> str:
        return str(self.client.get("/conversation/").content.decode())

    @property
    def interview(self) -> Interview:
        return Interview.objects.get(ended_at__isnull=True)

    @property
    def item(self) -> WorkItem:
        assert self.desk is not None
        return WorkItem.objects.get(id=self.desk.lease.item_id)

    def confirmed(self) -> None:
        """Go past the identity check."""
        self.page()
        self.post("answer", step="ask_for_person", on_the_line="person", go="on")
        self.post("identity", birth_date="5 4 1999", postcode="zx1 1aa", do="check")
        assert self.interview.identity_confirmed_at

    def through(self, *, until: str, **answers: Any) -> None:
        """Go on with the plainest answers up to a step."""
        assert self.desk is not None
        self.desk.at = clock.now()
        while (state := self.desk.state(self.interview)).step_id != until:
            step = state.step
            assert step is not None, f"the script has no step {until} here"
            given = {"none": True} if step.question is None else _plainest(step.question)
            self.desk.answer(self.interview, step.id, **(answers.get(step.id) or given))


def _plainest(question: Any) -> dict[str, Any]:
    if question.may_be_unknown:
        return {"unknown": True}
    first = question.choices[0].value if question.choices else "no"
    return {"value": ["none"] if question.type == "choices" else first}


@pytest.fixture
def world(db: None) -> World:
    """A service in which numbers kept for drama may be rung."""
    Service.objects.update_or_create(
        id=1,
        defaults={
            "name": "Zexmouth Tracing",
            "telephone": "01632 960960",
            "demonstration": True,
            "accepts_drama_numbers": True,
        },
    )
    return World.made()


@pytest.fixture
def case(world: World) -> Case:
    """Somebody who tested positive, with two telephones."""
    return positives([claim("Leila", "Haddad", phones=PHONES)], at=yesterday_noon())[0]


@pytest.fixture
def idle(world: World) -> Sitting:
    """A handler with nothing in hand."""
    user = world.agent().user
    return Sitting(client=signed_in(user), user=user)


@pytest.fixture
def sitting(world: World, case: Case) -> Sitting:
    """A handler with the household of that case in hand."""
    return with_lease(world)


def with_lease(world: World) -> Sitting:
    """Give the next household to a new handler, by a lease that lasts now."""
    agent = world.agent()
    desk = Desk.next(agent, yesterday_noon() + timedelta(hours=1))
    # Taken in the hours of service, which now need not be; held until now by heartbeats.
    until = clock.now() + timedelta(minutes=5)
    WorkItem.objects.filter(id=desk.lease.item_id).update(lease_until=until)
    return Sitting(client=signed_in(agent.user), user=agent.user, desk=desk)


def signed_in(user: User, **more: Any) -> Client:
    """A browser with a session of this user, both factors given."""
    client = Client(**more)
    client.force_login(user, backend="throughline.web.signin.backends.StaffBackend")
    session = client.session
    session[BEGAN] = session[SEEN] = clock.now().isoformat()
    session[CONFIRMED] = str(user.pk)
    session.save()
    return client


def yesterday_noon() -> datetime:
    """A moment in the hours of service, not long ago."""
    return (clock.now() - timedelta(days=1)).replace(hour=11, minute=0, second=0, microsecond=0)


def a_key() -> UUID:
    return uuid4()
