"""A keystroke of a hundred handlers at once: what one of them may ask of the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from throughline.core.context import acting
from throughline.core.remembering import remembering
from throughline.core.roles import Role
from throughline.tracing.access import sight_in_act
from throughline.tracing.actions.conversation import save_answer
from throughline.tracing.queries.conversation import household_in_hand
from throughline.web.console.tests.conftest import Sitting


def statements(act: Callable[[], object]) -> int:
    """Count what an act sends, savepoints and changes of role too."""
    with CaptureQueriesContext(
        connection,
    ) as sent:
        act()
    return len(sent)


def saves(sitting: Sitting) -> None:
    assert sitting.desk is not None
    lease, by, at = sitting.desk.lease, sitting.user.id, sitting.desk.at
    with remembering(), acting(Role.DESK, user=by, household=lease.household_id):
        save_answer(
            lease=lease,
            interview_ref=sitting.interview.ref,
            step_id="symptoms",
            values={"value": ["cough"]},
            expecting=None,
            by=by,
            at=at,
        )


def reads(sitting: Sitting) -> None:
    assert sitting.desk is not None
    by, at = sitting.user.id, sitting.desk.at
    lease = replace(sitting.desk.lease, lease_until=at)
    with remembering(), acting(Role.DESK, user=by, household=lease.household_id):
        sight = sight_in_act(user_id=by, lease=lease, at=at)
        assert household_in_hand(sight, lease=lease, at=at).members


@pytest.fixture
def asked_of_symptoms(sitting: Sitting) -> Sitting:
    """A conversation at the question for symptoms, its rules read already as in any process that serves."""
    sitting.confirmed()
    sitting.through(until="symptoms")
    sitting.htmx("answer", step="symptoms", symptoms="cough")
    return sitting


@pytest.mark.parametrize(("act", "most"), [(saves, 15), (reads, 15)])
def test_an_act_on_the_household_reads_each_table_once(
    asked_of_symptoms: Sitting, act: Callable[[Sitting], None], most: int
) -> None:
    # Beside the act: its role and key set and put back.
    assert statements(lambda: act(asked_of_symptoms)) <= most


def test_a_step_and_an_answer_kept_by_itself_cost_little(asked_of_symptoms: Sitting) -> None:
    kept = statements(lambda: asked_of_symptoms.htmx("answer", step="symptoms", symptoms="fever"))
    step = statements(
        lambda: asked_of_symptoms.htmx("answer", step="symptoms", symptoms="fever", go="on")
    )
    assert kept <= 29
    assert step <= 41
