"""What the tests of tracing are about: a supplier, a council, agents, flats, results, and talks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from throughline.calling.actions import claim_next, start_attempt
from throughline.calling.queries import Lease
from throughline.core.context import acting
from throughline.core.ids import new_id
from throughline.core.roles import Role
from throughline.definitions import actions as definitions
from throughline.definitions.forms.script import Step
from throughline.definitions.load import shipped
from throughline.people.actions import find_or_add
from throughline.people.claims import Home, PersonClaim
from throughline.people.models import ContactDetail, Person
from throughline.suppliers.models import Kind, Organisation
from throughline.tracing import access
from throughline.tracing.actions import conversation
from throughline.tracing.actions.conversation.held import subject_of
from throughline.tracing.actions.results import accept_results
from throughline.tracing.arrivals import Arrival
from throughline.tracing.models import Case, Interview
from throughline.tracing.queries.cards import InterviewState, NamedRow
from throughline.tracing.queries.conversation import Conversation, household_in_hand
from throughline.tracing.queries.interviews import state_of, talk_of
from throughline.workforce.models import Agent, Team, User

NOON = datetime(2020, 11, 2, 11, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BORN = date(1999, 4, 5)
POSTCODE = "ZX1 1AA"
FLAT = Home(
    line_1="Flat 3", line_2="12 Otterbell Street", town="Zexmouth", postcode=POSTCODE, area="zx1"
)


@dataclass(frozen=True, kw_only=True)
class World:
    """One supplier, one council with a local team, and whoever works there."""

    supplier: Organisation
    team: Team

    @classmethod
    def made(cls) -> World:
        definitions.adopt(shipped(), by=None, at=NOON)
        supplier = Organisation.objects.create(
            code=f"quill-{uuid4().hex[:6]}", name="Fernquill Calling", kind=Kind.SUPPLIER
        )
        council = Organisation.objects.create(
            code=f"upper-{uuid4().hex[:6]}", name="Upper Zexmouth Council", kind=Kind.COUNCIL
        )
        team = Team.objects.create(
            code=f"team-{uuid4().hex[:6]}",
            name="Upper Zexmouth health team",
            organisation=council,
            areas=["zx1"],
        )
        return cls(supplier=supplier, team=team)

    def user(self, role: str = "handler", **more: Any) -> User:
        return User.objects.create(
            username=f"u{uuid4().hex}",
            display_name="Ada Handler",
            role=role,
            organisation=more.pop("organisation", self.supplier),
            **more,
        )

    def agent(self, **more: Any) -> Agent:
        trained = {
            "kinds": ["case", "contact"],
            "tiers": ["1", "2", "3"],
            "skills": ["interview", "interpreter", "expert", "data_fix"],
            "languages": ["en"],
            "areas": [],
        }
        return Agent.objects.create(user=self.user(), supplier=self.supplier, **(trained | more))

    def officer(self) -> User:
        """Somebody of the local team, who takes conversations too."""
        user = self.user("local", organisation=self.team.organisation, team=self.team)
        Agent.objects.create(
            user=user,
            supplier=self.team.organisation,
            team=self.team,
            kinds=["case", "contact"],
            tiers=["1", "2", "3"],
            skills=["interview"],
            languages=["en"],
            areas=[],
        )
        return user

    def authority(self) -> User:
        return self.user("authority")


def claim(given: str, family: str, **more: Any) -> PersonClaim:
    """A person of the flat, unless told otherwise."""
    usual: dict[str, Any] = {
        "on": NOON.date(),
        "birth_date": BORN,
        "home": FLAT,
        "phones": (),
    }
    return PersonClaim(given_name=given, family_name=family, **(usual | more))


def positives(claims: Sequence[PersonClaim], *, at: datetime = NOON, **more: Any) -> list[Case]:
    """Results of these persons, taken in together; their cases in the same order."""
    with transaction.atomic(), acting(Role.MATCH):
        matches = find_or_add(claims, source="lab", at=at)
        arrivals = [_arrival(one.person_id, one.household_id, at, more) for one in matches]
        accept_results(arrivals, at=at)
    cases = {one.person_id: one for one in Case.objects.all()}
    return [cases[one.person_id] for one in matches]


def _arrival(person: UUID, household: UUID, at: datetime, more: Mapping[str, Any]) -> Arrival:
    usual: dict[str, Any] = {
        "result_id": new_id(), "person_id": person, "household_id": household, "sender_id": new_id(),
        "message_id": new_id(), "row_number": 1, "report_id": uuid4().hex, "disease": "covid",
        "result": "positive", "test_kind": "pcr", "route": "", "pillar": "", "purpose": "",
        "taken_at": at - DAY, "reported_at": at, "received_at": at, "onset_on": None,
        "symptomatic": None, "area": "zx1", "region": "", "setting": "", "setting_kind": "",
    }  # fmt: skip
    return Arrival(**(usual | more))


@contextmanager
def at_the_desk(lease: Lease, user_id: UUID) -> Iterator[None]:
    """Act as a handler's request does: the desk, with the household of the lease and no other."""
    with transaction.atomic(), acting(Role.DESK, user=user_id, household=lease.household_id):
        yield


@dataclass(kw_only=True)
class Desk:
    """A handler at work; `at` goes on a minute with each act."""

    user_id: UUID
    lease: Lease
    at: datetime

    @classmethod
    def next(cls, agent: Agent, at: datetime = NOON) -> Desk:
        with transaction.atomic():
            lease = claim_next(user_id=agent.user_id, at=at)
        assert lease is not None, "nothing waits"
        return cls(user_id=agent.user_id, lease=lease, at=at)

    @property
    def who(self) -> dict[str, Any]:
        """The arguments of every act; time passes a second."""
        self.at += timedelta(seconds=1)
        return {"lease": self.lease, "by": self.user_id, "at": self.at}

    def screen(self) -> Conversation:
        with at_the_desk(self.lease, self.user_id):
            sight = access.sight_of_lease(user_id=self.user_id, lease=self.lease, at=self.at)
            return household_in_hand(sight, lease=self.lease, at=self.at)

    def state(self, interview: Interview) -> InterviewState:
        with at_the_desk(self.lease, self.user_id):
            now = Interview.objects.get(id=interview.id)
            return state_of(talk_of(now, subject_of(now), at=self.at), user_id=self.user_id)

    def ring(self) -> UUID:
        """Ring the first person who has a telephone."""
        line = next(one for one in self.screen().subjects if one.person.phones)
        with at_the_desk(self.lease, self.user_id):
            return start_attempt(
                person_id=line.person.person_id,
                subject=line.called_as,
                subject_id=line.id,
                endpoint_id=line.person.phones[0].endpoint_id,
                channel="call",
                **self.who,
            )

    def begin(self, subject_id: UUID, kind: str = "case") -> Interview:
        with at_the_desk(self.lease, self.user_id):
            return conversation.begin(subject_kind=kind, subject_id=subject_id, **self.who)

    def confirm(self, interview: Interview, **given: str) -> bool:
        said = given or {"birth_date": BORN.isoformat(), "postcode": POSTCODE}
        if not given and "birth_date" not in self.state(interview).identity_asks:
            person = Person.objects.get(id=interview.person_id)
            said = {"full_name": f"{person.given_name} {person.family_name}", "postcode": POSTCODE}
        with at_the_desk(self.lease, self.user_id):
            return conversation.confirm_identity(
                interview_ref=interview.ref, given=said, **self.who
            )

    def answer(self, interview: Interview, step_id: str, **values: Any) -> conversation.Saved:
        with at_the_desk(self.lease, self.user_id):
            return conversation.save_answer(
                interview_ref=interview.ref,
                step_id=step_id,
                values=values,
                expecting=None,
                **self.who,
            )

    def name(
        self, interview: Interview, position: int, *, ref: UUID | None = None, **values: Any
    ) -> NamedRow:
        with at_the_desk(self.lease, self.user_id):
            return conversation.save_named(
                interview_ref=interview.ref, position=position, ref=ref, values=values, **self.who
            )

    def walk(self, interview: Interview, **answers: Any) -> None:
        """Go through the whole script with these answers, and the plainest for the rest."""
        while (state := self.state(interview)).step is not None:
            step = state.step
            if step.question and step.question.type == "identity":
                assert self.confirm(interview)
                continue
            self.answer(interview, step.id, **(answers.get(step.field) or _plainest(step)))

    def talk(
        self,
        subject_id: UUID,
        kind: str = "case",
        names: Sequence[Mapping[str, Any]] = (),
        **answers: Any,
    ) -> Interview:
        """Hold a whole conversation with one person."""
        interview = self.begin(subject_id, kind)
        self.walk(interview, **answers)
        for position, values in enumerate(names):
            self.name(interview, position, **values)
        return interview

    def end(self, outcome: str = "completed", **more: Any) -> conversation.Ended:
        usual: dict[str, Any] = {
            "callback_at": None,
            "callback_mine": False,
            "note": "",
            "key": uuid4(),
        }
        with at_the_desk(self.lease, self.user_id):
            return conversation.end_conversation(outcome=outcome, **(usual | more), **self.who)


def _plainest(step: Step) -> dict[str, Any]:
    question = step.question
    if question is None:
        return {}
    match question.type:
        case "yes_no":
            return {"value": "no"}
        case "choice":
            return {"value": question.choices[0].value}
        case "choices":
            return {"value": ["none"]}
        case "household_grid" | "contacts_grid":
            return {"value": True}
    return {"unknown": True}


# The shortest way through a script that confirms identity: somebody is very ill, and the call ends there.
BRIEFLY: Mapping[str, Any] = {"danger_signs": {"value": "yes"}}


def phones_of(person_id: UUID) -> list[ContactDetail]:
    return list(ContactDetail.objects.filter(person_id=person_id, kind="phone"))
