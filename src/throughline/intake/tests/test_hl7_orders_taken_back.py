"""An order corrected or cancelled over MLLP (OBR-25), whatever its observations say of themselves (OBX-11)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions.receiving import Arrived, receive
from throughline.intake.actions.senders import add_sender
from throughline.intake.mllp.frames import Frame
from throughline.intake.models import IncomingRow
from throughline.intake.tests.world import prepare, work
from throughline.tracing.models import Case
from throughline.tracing.tests.world import NOON, Desk, World

pytestmark = pytest.mark.django_db

POSITIVE, NEGATIVE = "260373001^Detected^SCT", "260415000^Not detected^SCT"


@pytest.fixture
def world() -> World:
    """A laboratory that is known, and a supplier whose agents ring."""
    prepare()
    with transaction.atomic(), acting(Role.AUTHORITY):
        add_sender(code="lab", name="Lab", mapping="hl7-oru", organisation=None, by=None, at=NOON)
    return World.made()


def sent(number: int, *, order: str, result: str = POSITIVE) -> str:
    """A message over MLLP whose observation says F; where its row stands when it was read."""
    known = set(IncomingRow.objects.values_list("message_id", flat=True))
    segments = [
        f"MSH|^~\\&|app|lab|||20201102090000+0000||ORU^R01|m{number}|P|2.5.1",
        "PID|1||p1^^^lab^PI||Quill^Ada||19990405|F|||4 Larkspindle Way^^Zexmouth^^ZX1 1AA||^PRN^CP^^^^^^^^^07700900123",
        "|".join(["OBR|1||F1|94500-6|||202011010900+0000", *[""] * 17, order]),
        f"OBX|1|CWE|94500-6^RNA^LN||{result}||||||F",
    ]
    frame = Frame("\r".join(segments).encode())
    at = NOON + timedelta(hours=number)
    (answer,) = receive([Arrived(frame=frame)], facility="", at=at)
    assert b"|AA|" in answer
    work(at=at)
    return IncomingRow.objects.exclude(message_id__in=known).get().place


@pytest.mark.parametrize(
    ("order", "result"),
    [("X", POSITIVE), ("W", POSITIVE), ("D", POSITIVE), ("C", NEGATIVE)],
)
def test_whoever_was_told_of_an_order_that_is_taken_back_or_turns_negative_is_told_that_it_was_wrong(
    world: World, order: str, result: str
) -> None:
    assert sent(0, order="F") == "accepted"
    desk = Desk.next(world.agent())
    desk.ring()
    desk.talk(Case.objects.get().id)
    desk.end()
    assert sent(1, order=order, result=result) == "corrected"
    case = Case.objects.get()
    assert (case.outcome, case.retraction) == ("in_error", "owed")
    assert list(WorkItem.objects.exclude(state="closed").values_list("kind", flat=True)) == [
        "retraction"
    ]


def test_results_pending_of_an_order_take_nothing_back_of_a_result_that_is_final(
    world: World,
) -> None:
    """N of an order (table 0123) is no N of an observation (table 0085)."""
    assert sent(0, order="N") == "accepted"
    assert Case.objects.get().outcome == "open"
