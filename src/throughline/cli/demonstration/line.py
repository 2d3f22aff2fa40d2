"""The line at work: who is on shift, what each takes from the queues, and how their calls go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.calling.actions import claim_next
from throughline.calling.models import State, WorkItem
from throughline.calling.queries import Lease
from throughline.cli.demonstration.calendar import Morning, Shift
from throughline.cli.demonstration.courses import Course, Courses
from throughline.cli.demonstration.talking import Talking
from throughline.cli.demonstration.truth import Truth
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.rehearsal.streams import Streams
from throughline.tracing.queries.subjects import Subject, open_subjects
from throughline.workforce.actions import set_state
from throughline.workforce.models import User

# A long conversation with a case fits in what is left of a shift, or is not begun.
LONGEST = timedelta(minutes=55)
MOST_A_SHIFT = 2
WRAP_UP = timedelta(minutes=3)
# A household that the clock is about to hand over is not kept for the visitor.
NOT_SOON = timedelta(hours=6)
USUAL = ("general", "interview")
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
        self.kept: UUID | None = None
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

    def keep_a_flat(self) -> None:
        """Choose a full household that asks to be rung back: the visitor's first conversation."""
        with transaction.atomic(), acting(Role.MATCH):
            items = WorkItem.objects.filter(
                state__in=(State.WAITING, State.RESTING), language="en", skill__in=USUAL
            ).exclude(handover_at__lt=self.end + NOT_SOON)
            sizes = {
                one.household_id: self._interest(open_subjects(one.household_id)) for one in items
            }
        self.kept = max(sizes, key=lambda one: sizes[one], default=None)

    def _interest(self, subjects: Sequence[Subject]) -> tuple[int, int]:
        """Prefer six at home, and among them more who are contacts yet."""
        cases = sum(one.kind == "case" for one in subjects)
        return (min(len(subjects), 6) if cases else 0, -cases)

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
            lease = claim_next(user_id=handler.user.id, at=at)
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
        if lease.household_id == self.kept:
            course = Course(outcome="call_back", speaks=True, going="later", callback_at=self.end)
            return self.talking.hold(lease, user=handler.user, course=course, at=at)
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
