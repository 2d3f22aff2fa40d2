"""An agent's spells follow each other without gap or overlap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.suppliers.models import Kind, Organisation
from throughline.workforce.actions import set_state
from throughline.workforce.errors import NotAnAgent, StateUnknown
from throughline.workforce.models import Agent, AgentState, User
from throughline.workforce.queries import floor_of, state_of
from throughline.workforce.rules import IDLE, STATES, Spell, breaks, complaint

NINE = datetime(2020, 11, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def agent(db: None) -> Agent:
    supplier = Organisation.objects.create(code="north", name="North", kind=Kind.SUPPLIER)
    user = User.objects.create(
        username="h", display_name="A Handler", role="handler", organisation=supplier
    )
    return Agent.objects.create(user=user, supplier=supplier)


def spells(agent: Agent) -> list[tuple[object, ...]]:
    rows = AgentState.objects.filter(agent=agent).order_by("from_at", "id")
    return [(row.state, row.code, row.from_at, row.to_at) for row in rows]


def test_the_next_spell_begins_when_the_former_ends(agent: Agent) -> None:
    set_state(user_id=agent.user_id, state="available", at=NINE)
    set_state(user_id=agent.user_id, state="break", code="lunch", at=NINE + MINUTE)
    assert spells(agent) == [
        ("available", "", NINE, NINE + MINUTE),
        ("break", "lunch", NINE + MINUTE, None),
    ]


def test_the_same_state_again_is_the_same_spell(agent: Agent) -> None:
    set_state(user_id=agent.user_id, state="available", at=NINE, queue_waiting=True)
    set_state(user_id=agent.user_id, state="available", at=NINE + MINUTE, queue_waiting=True)
    assert len(spells(agent)) == 1


def test_an_idle_spell_is_cut_when_work_begins_to_wait(agent: Agent) -> None:
    set_state(user_id=agent.user_id, state="available", at=NINE, queue_waiting=False)
    set_state(user_id=agent.user_id, state="available", at=NINE + MINUTE, queue_waiting=True)
    waited = AgentState.objects.order_by("from_at").values_list("queue_waiting", flat=True)
    assert list(waited) == [False, True]


def test_a_clock_that_lags_behind_ends_no_spell_before_it_began(agent: Agent) -> None:
    set_state(user_id=agent.user_id, state="available", at=NINE)
    set_state(user_id=agent.user_id, state="on_call", at=NINE - MINUTE)
    assert spells(agent)[-1] == ("on_call", "", NINE, None)


def test_each_change_is_in_the_journal_with_the_supplier(agent: Agent) -> None:
    set_state(user_id=agent.user_id, state="available", at=NINE)
    set_state(user_id=agent.user_id, state="available", at=NINE + MINUTE)
    with connection.cursor() as cursor:
        cursor.execute("select kind, actor_id, supplier_id from journal_entry")
        assert cursor.fetchall() == [("workforce.state_changed", agent.user_id, agent.supplier_id)]


@pytest.mark.parametrize(("state", "code"), [("asleep", ""), ("break", "")])
def test_a_state_that_does_not_exist_and_a_break_without_code_are_refused(
    agent: Agent, state: str, code: str
) -> None:
    with pytest.raises(StateUnknown, match="choose one"):
        set_state(user_id=agent.user_id, state=state, code=code, at=NINE)


def test_a_user_who_takes_no_conversations_has_no_state(agent: Agent) -> None:
    with pytest.raises(NotAnAgent):
        set_state(user_id=uuid4(), state="available", at=NINE)


def test_the_desk_sets_its_own_state_and_a_supplier_reads_its_floor(agent: Agent) -> None:
    with transaction.atomic(), acting(Role.DESK, user=agent.user_id):
        set_state(user_id=agent.user_id, state="available", at=NINE)
    with transaction.atomic(), acting(Role.SUPPLIER, supplier=agent.supplier_id):
        assert [one.state for one in floor_of(agent.supplier_id)] == ["available"]
    with transaction.atomic(), acting(Role.SUPPLIER, supplier=uuid4()):
        assert floor_of(agent.supplier_id) == []
    doing = state_of(agent.user_id)
    assert doing is not None
    assert (doing.state, doing.since) == ("available", NINE)


@given(st.sampled_from(STATES), st.text(min_size=1, max_size=5))
def test_every_known_state_with_a_code_is_allowed_and_breaks_nothing_by_itself(
    state: str, code: str
) -> None:
    spell = Spell(state=state, code=code)
    assert complaint(spell) is None
    assert not breaks(spell, spell)
    assert breaks(None, spell)
    assert IDLE in STATES
