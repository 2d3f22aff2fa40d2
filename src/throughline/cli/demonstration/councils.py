"""The councils' teams at work: they accept, ring, return one, and leave two for later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

from django.db import transaction

from throughline.calling.actions import claim_local
from throughline.calling.models import State, WorkItem
from throughline.cli.demonstration.calendar import Shift
from throughline.cli.demonstration.courses import Courses
from throughline.cli.demonstration.line import LONGEST, WRAP_UP, Handler
from throughline.cli.demonstration.talking import Talking
from throughline.cli.demonstration.truth import Truth
from throughline.core.context import acting
from throughline.core.remembering import remembering
from throughline.core.roles import Role
from throughline.rehearsal.streams import Streams
from throughline.tracing.actions.responsibility import (
    accept_handover,
    hand_back,
    return_handover,
)
from throughline.tracing.queries.subjects import open_subjects
from throughline.workforce.models import User

# What a team rings through the service; for the rest it goes to the door or rings from its own desks.
A_SHIFT = 1
AT_THE_DOOR = 12
REACHED = 0.85
SEEN_WITHIN = timedelta(hours=20)
LEFT_WAITING = 2


class Council:
    """One council's team."""

    def __init__(
        self, members: Sequence[Handler], truth: Truth, streams: Streams, talking: Talking
    ) -> None:
        """Keep whoever works there."""
        self.members, self.truth, self.streams = members, truth, streams
        self.talking, self.courses = talking, Courses(streams)
        self.returned = False

    def work(self, shift: Shift, *, rings: bool, is_last: bool) -> None:
        """Accept what was handed over, say what came of the rest, then ring, each member one household."""
        self._accept(shift.begins + timedelta(minutes=5), is_last=is_last)
        accepted = self._accepted(shift.begins)
        self._hand_back(accepted[A_SHIFT:], shift)
        if not rings:
            return
        items = iter(accepted[:A_SHIFT])
        for number, member in enumerate(self.members[: len(self.members) // 2]):
            at = shift.begins + timedelta(minutes=20, seconds=11 * number)
            for item in self._some(items):
                if at > shift.ends - LONGEST:
                    return
                at = self._ring(member, item, at)

    def _hand_back(self, items: Sequence[WorkItem], shift: Shift) -> None:
        """Say what came of the households that the team saw itself; the newest are still being seen."""
        day_ago = shift.begins - SEEN_WITHIN
        seen = [one for one in items if one.accepted_at and one.accepted_at < day_ago]
        for number, item in enumerate(seen[:AT_THE_DOOR]):
            user = self.members[number % len(self.members)].user
            reached = self.streams.chance(REACHED, "seen at the door", item.household_id)
            with remembering(), transaction.atomic(), self._acting(user):
                hand_back(
                    item_ref=item.ref,
                    user=user,
                    outcome="reached" if reached else "not_reached",
                    how="self" if reached else None,
                    expecting=None,
                    at=shift.begins + timedelta(minutes=30 + 7 * number),
                )

    def _acting(self, user: User) -> AbstractContextManager[object]:
        return acting(Role.LOCAL, user=user.id, team=user.team_id, supplier=user.organisation_id)

    def _some(self, items: Iterator[WorkItem]) -> Iterator[WorkItem]:
        for _, item in zip(range(A_SHIFT), items, strict=False):
            yield item

    def _accept(self, at: datetime, *, is_last: bool) -> None:
        """Accept the oldest first; on the last day some are left, the oldest of them late."""
        waiting = self._items(accepted=False)
        kept = waiting[:LEFT_WAITING] if is_last else []
        someone = self.members[0].user
        for number, item in enumerate(one for one in waiting if one not in kept):
            moment = at + timedelta(minutes=number)
            with remembering(), transaction.atomic(), self._acting(someone):
                if is_last and not self.returned:
                    self.returned = True
                    return_handover(
                        item_ref=item.ref,
                        user=someone,
                        reason="needs_national",
                        expecting=None,
                        at=moment,
                    )
                else:
                    accept_handover(item_ref=item.ref, user=someone, expecting=None, at=moment)

    def _accepted(self, at: datetime) -> list[WorkItem]:
        return [one for one in self._items(accepted=True) if one.callable_from <= at]

    def _items(self, *, accepted: bool) -> list[WorkItem]:
        team = self.members[0].user.team_id
        with transaction.atomic(), acting(Role.MATCH):
            found = WorkItem.objects.filter(
                state=State.LOCAL, team_id=team, accepted_at__isnull=not accepted
            )
            return list(
                found.order_by("opened_at", "id") if not accepted else found.order_by("-rank", "id")
            )

    def _ring(self, member: Handler, item: WorkItem, at: datetime) -> datetime:
        lease = claim_local(user_id=member.user.id, item_id=item.id, at=at)
        with transaction.atomic(), acting(Role.MATCH):
            subjects = open_subjects(item.household_id)
        first = subjects[0] if subjects else None
        course = self.courses.of(
            self.truth.person(first.person_id) if first else None,
            kind=first.kind if first else item.kind,
            languages=member.languages,
            interprets=True,
            mends=True,
            at=at,
        )
        if course.outcome == "in_care_home":
            # They went there: the home's staff speak for the resident.
            course.outcome, course.speaks = "completed", True
        ended = self.talking.hold(lease, user=member.user, course=course, at=at)
        return (ended or at) + WRAP_UP
