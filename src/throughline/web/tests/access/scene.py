"""One of everything that an address can name: a person's own, somebody else's, and one that is not there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.test import Client

from throughline.calling.actions import hand_over
from throughline.calling.models import WorkItem
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions import store
from throughline.intake.actions.parsing import parse_next
from throughline.intake.actions.trying import ask_to_try
from throughline.intake.errors import OUR_FAULT
from throughline.intake.models import Message, Quarantined
from throughline.people.claims import Home
from throughline.people.models import MatchQuestion, PersonLink
from throughline.record.actions import compute_figures
from throughline.suppliers.models import Kind, Organisation
from throughline.tracing.actions.persons import join_persons
from throughline.tracing.models import Case
from throughline.tracing.tests.world import World, claim, positives
from throughline.web.signin.adapters import BEGAN, SEEN
from throughline.web.signin.middleware import CONFIRMED
from throughline.workforce.models import Agent, JobRole, Team, User

APART = Home(line_1="3 Tidewater Row", town="Zexmouth", postcode="ZX5 1AA", area="zx5")
ELSEWHERE = Home(line_1="9 Gallowglass Row", town="Farzexley", postcode="ZX9 9ZZ", area="zx9")
ROWS = b"""report_id,disease,result,taken_at,reported_at,family_name,given_name,birth_date
r1,covid,positive,2020-11-01,2020-11-02,Merriweather,Ines,1980-02-03
r2,covid,positive,2020-11-01,2020-11-02,Achterberg,Joost,1980-13-45
"""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """People of every role, and objects by the name that they have in an address."""

    people: dict[str, User]
    own: dict[str, dict[str, object]]
    other: dict[str, dict[str, object]]

    def absent(self, route: str) -> dict[str, object]:
        """Return arguments of the same kind that lead to nothing."""
        return {name: _nothing(value) for name, value in self.own[route].items()}


def set_scene() -> Scene:
    """Make everything once."""
    at = clock.now()
    world = World.made()
    council = Organisation.objects.create(code="farzexley", name="Farzexley", kind=Kind.COUNCIL)
    elsewhere = Team.objects.create(
        code="farzexley", name="Farzexley team", organisation=council, areas=["zx9"]
    )
    mine, twin = positives([claim("Ines", "Merrow"), claim("Ynes", "Merrow")], at=at)
    (theirs,) = positives([claim("Joost", "Achter", home=ELSEWHERE)], at=at, area="zx9")
    my_item = _handed_over(mine, world.team)
    their_item = _handed_over(theirs, elsewhere)
    message, row, apart = _messages()
    with transaction.atomic(), acting(Role.EXPORT):
        compute_figures(at=at)
    question = MatchQuestion.objects.create(
        newer_id=mine.person_id, older_id=twin.person_id, score=7, reasons=[], asked_at=at
    )
    kept, spare = positives(
        [claim("Una", "Berg", home=APART), claim("Otto", "Berg", home=APART)], at=at, area="zx5"
    )
    join_persons(newer_id=spare.person_id, older_id=kept.person_id, by=None, at=at)
    joined = PersonLink.objects.get()
    case = {"ref": mine.ref}
    own: dict[str, dict[str, object]] = {
        "case": case,
        "question": {"question_id": question.id},
        "joined-pair": {"link_id": joined.id},
        "receipt": {"ref": message.ref},
        "receipt-undo": {"ref": message.ref},
        "trial": {"ref": _trial(by=world.authority().id, at=at)},
        "file-mapping": {"ref": _held()},
        "door-receipt": {"ref": message.ref},
        "sender": {"ref": message.sender.ref},
        "ledger-day": {"sender": message.sender.ref, "day": at.date()},
        "quarantine-row": {"ref": row.ref},
        "quarantine-correct": {"ref": row.ref},
        "quarantine-take-on": {"ref": row.ref},
        "quarantine-reject": {"ref": row.ref},
        "quarantine-decide": {"ref": apart.ref},
        "quarantine-export": {"ref": message.ref},
        **{
            name: {"ref": _refused()}
            for name in ("refused", "refused-take-on", "refused-read-again", "refused-settle")
        },
        "figure": {"measure": "cases.reached"},
        "definition": {"kind": "protocol", "name": "mers", "version": 1},
        **{name: {"item": my_item.ref} for name in HANDOVERS},
    }
    other: dict[str, dict[str, object]] = {
        "case": {"ref": theirs.ref},
        **{name: {"item": their_item.ref} for name in HANDOVERS},
    }
    return Scene(people=_people(world), own=own, other=other)


HANDOVERS = ("handover-accept", "handover-take", "handover-return", "handover-back")


def signed_in(user: User | None) -> Client:
    """Return a browser in which this person has signed in with both factors."""
    client = Client(raise_request_exception=False)
    if user is None:
        return client
    client.force_login(user, backend="throughline.web.signin.backends.StaffBackend")
    session = client.session
    now = clock.now().isoformat()
    session[BEGAN], session[SEEN], session[CONFIRMED] = now, now, str(user.pk)
    session.save()
    return client


def _people(world: World) -> dict[str, User]:
    found = {"handler": world.agent().user, "local": world.officer()}
    for role in JobRole:
        if role not in found:
            found[str(role)] = world.user(str(role))
    leaders = Team.objects.create(
        code=f"floor-{uuid4().hex[:6]}", name="Floor one", organisation=world.supplier
    )
    User.objects.filter(role="leader").update(team=leaders)
    found["leader"].refresh_from_db()
    assert Agent.objects.exists()
    return found


def _handed_over(case: Case, team: Team) -> WorkItem:
    item = WorkItem.objects.get(household_id=case.household_id)
    with transaction.atomic(), acting(Role.CLOCK):
        hand_over([item.id], team_id=team.id, by=None, at=clock.now())
    return item


def _messages() -> tuple[Message, Quarantined, Message]:
    at = clock.now() - timedelta(minutes=1)
    kept = store(sender_code="northgate", chunks=[ROWS], message_id="m1", name="m1.csv", mapping="standard",
                 by=None, at=at)  # fmt: skip
    with transaction.atomic(), acting(Role.MATCH):
        parse_next(at=at)
    apart = store(sender_code="northgate", chunks=[ROWS + b"\n"], message_id="m1", name="again.csv",
                  mapping="standard", by=None, at=at)  # fmt: skip
    message = Message.objects.get(ref=kept.message_ref)
    return (
        message,
        Quarantined.objects.get(message=message),
        Message.objects.get(ref=apart.message_ref),
    )


def _refused() -> UUID:
    """A message that was refused whole."""
    return store(
        sender_code="northgate",
        chunks=[b"x"],
        name="",
        refused=OUR_FAULT,
        by=None,
        at=clock.now(),
    ).message_ref


def _held() -> UUID:
    """A file that waits for a person to say how it is read."""
    data = b"Lab no,Outcome,Surname,Born\nA1,POS,Example,04/03/1980\nA2,NEG,Sample,01/02/1990\n"
    return store(
        sender_code="dale", chunks=[data], name="dale.csv", held=True, by=None, at=clock.now()
    ).message_ref


def _trial(*, by: UUID, at: datetime) -> UUID:
    """A file of which somebody asked what loading it would do."""
    with transaction.atomic(), acting(Role.AUTHORITY):
        return ask_to_try(
            sender_code="dale",
            chunks=[b"report_id\n1\n"],
            name="a.csv",
            mapping="standard",
            by=by,
            at=at,
        )


def _nothing(value: object) -> object:
    if isinstance(value, UUID):
        return uuid4()
    if isinstance(value, int):
        return value + 990
    if isinstance(value, str) and "." in value:  # a measure; other names go with a number
        return f"{value}.never"
    return value
