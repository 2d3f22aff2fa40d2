"""The line at work: who is on shift, what each takes from the queues, and how their calls go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from throughline.calling.actions import assign, claim_next
from throughline.calling.models import State, WorkItem
from throughline.calling.queries import Lease
from throughline.cli.demonstration.calendar import Morning, Shift
from throughline.cli.demonstration.courses import Course, Courses
from throughline.cli.demonstration.talking import Talking
from throughline.cli.demonstration.truth import Truth
from throughline.core.context import acting
from throughline.core.remembering import remembering
from throughline.core.roles import Role
from throughline.rehearsal.streams import Streams
from throughline.tracing.models import Case
from throughline.tracing.queries.subjects import OPEN, open_subjects
from throughline.workforce.actions import set_state
from throughline.workforce.models import JobRole, User

# A long conversation with a case fits in what is left of a shift, or is not begun.
LONGEST = timedelta(minutes=55)
MOST_A_SHIFT = 2
WRAP_UP = timedelta(minutes=3)
RESTS = timedelta(hours=5)
LOOKS_AGAIN = timedelta(minutes=60)


@dataclass(frozen=True, kw_only=True)
class Handler:
    """A handler of the town, with what they may take."""

    user: User
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    cases: bool


class Line:
    """The handlers of the suppliers, day by day."""

    def __init__(
        self, handlers: list[Handler], truth: Truth, streams: Streams, *, end: datetime
    ) -> None:
        """Keep whoever works for the town until the visitor comes."""
        self.handlers, self.truth, self.streams, self.end = handlers, truth, streams, end
        self.talking = Talking(truth, streams)
        self.courses = Courses(streams)

    def on_duty(self, morning: Morning, how_many: int) -> list[Handler]:
        """Return who works that day, so that every skill and language comes round."""
        drawn = sorted(
            self.handlers,
            key=lambda one: self.streams.uniform("rota", one.user.username, morning.on),
        )
        interviewers = [one for one in drawn if one.cases][: how_many // 2]
        others = [one for one in drawn if one not in interviewers]
        return interviewers + others[: how_many - len(interviewers)]

    def keep_a_flat(self, shift: Shift, visitor: str) -> None:
        """Let the visitor's own handler promise a full home to ring back: their first conversation.

        Their leader gives them the fullest home that waits. A promise of one's own comes before everything else.
        """
        handler = next(one for one in self.handlers if one.user.username == visitor)
        at = shift.begins
        for item_id in _fullest_homes(handler):
            assign(item_id=item_id, user_id=handler.user.id, by=_leader_of(handler), at=at)
            lease = _next(handler, at)
            if lease is None or lease.item_id != item_id:
                raise RuntimeError("The conversation that was assigned was not the next.")
            course = Course(
                outcome="call_back",
                speaks=True,
                going="later",
                callback_at=self.end,
                callback_mine=True,
            )
            self.talking.hold(lease, user=handler.user, course=course, at=at)
            # Where nobody could be reached the next home will do.
            if _is_promised(lease):
                return
            at += WRAP_UP

    def leave_resting(self, shift: Shift, handler: Handler) -> None:
        """Let one home be promised a call for after the visitor came: until then it rests."""
        lease = _next(handler, shift.begins)
        if lease is None:
            return
        later = self.end + RESTS
        course = Course(outcome="call_back", speaks=True, going="later", callback_at=later)
        self.talking.hold(lease, user=handler.user, course=course, at=shift.begins)

    def work(self, shift: Shift, handlers: list[Handler]) -> None:
        """Let each of them take one conversation after another until the shift is nearly over."""
        for number, handler in enumerate(handlers):
            at = shift.begins + timedelta(minutes=1, seconds=7 * number)
            self._state(handler, "available", at)
            self._one_after_another(handler, at, shift.ends - LONGEST)
            self._state(handler, "signed_off", shift.ends - timedelta(seconds=60 - number))

    def _one_after_another(self, handler: Handler, at: datetime, last: datetime) -> None:
        calls = 0
        while at < last and calls < MOST_A_SHIFT:
            lease = _next(handler, at)
            if lease is None:
                # Nothing waits: they look again, as the page does by itself.
                at += LOOKS_AGAIN
                continue
            ended = self._hold(lease, handler, at)
            if ended is None:
                return
            at = ended + WRAP_UP
            calls += 1

    def _hold(self, lease: Lease, handler: Handler, at: datetime) -> datetime | None:
        with transaction.atomic(), acting(Role.MATCH):
            item = WorkItem.objects.get(id=lease.item_id)
            subjects = open_subjects(lease.household_id)
        first = subjects[0] if subjects else None
        course = self.courses.of(
            self.truth.person(first.person_id) if first else None,
            kind=first.kind if first else item.kind,
            languages=handler.languages,
            interprets=item.skill == "interpreter",
            mends=item.skill == "data_fix",
            at=at,
        )
        return self.talking.hold(lease, user=handler.user, course=course, at=at)

    def _state(self, handler: Handler, state: str, at: datetime) -> None:
        waiting = None
        set_state(user_id=handler.user.id, state=state, at=at, queue_waiting=waiting)


def _fullest_homes(handler: Handler) -> list[UUID]:
    """Return the work items of this handler's languages, that of the home with most open cases first."""
    with transaction.atomic(), acting(Role.MATCH):
        waiting = WorkItem.objects.filter(
            state=State.WAITING,
            kind="case",
            skill="interview",
            language__in=handler.languages,
            callback_agent_id=None,
        )
        of_home = dict(waiting.values_list("household_id", "id"))
        fullest = (
            Case.objects.filter(household_id__in=of_home, outcome=OPEN, merged_into=None)
            .values("household_id")
            .annotate(people=Count("person_id", distinct=True))
            .order_by("-people", "household_id")
        )
        return [of_home[home["household_id"]] for home in fullest]


def _is_promised(lease: Lease) -> bool:
    with transaction.atomic(), acting(Role.MATCH):
        mine = WorkItem.objects.filter(id=lease.item_id, callback_agent_id=lease.agent_id)
        return mine.filter(state=State.RESTING).exists()


def _leader_of(handler: Handler) -> UUID:
    with transaction.atomic(), acting(Role.AUTHORITY):
        leaders = User.objects.filter(role=JobRole.LEADER, team=handler.user.team)
        return leaders.values_list("id", flat=True)[0]


def _next(handler: Handler, at: datetime) -> Lease | None:
    with remembering():
        return claim_next(user_id=handler.user.id, at=at)
