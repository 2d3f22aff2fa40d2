"""What each agent is doing: one unbroken line of spells."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.core.context import acting, current
from throughline.core.roles import Role
from throughline.journal.actions import record
from throughline.workforce.errors import NotAnAgent, StateUnknown
from throughline.workforce.models import Agent, AgentState
from throughline.workforce.rules import IDLE, Spell, breaks, complaint

OFFICE = frozenset({Role.DISPATCH, Role.CLOCK})


def set_state(
    *, user_id: UUID, state: str, code: str = "", at: datetime, queue_waiting: bool | None = None
) -> None:
    """End the agent's spell and begin the next; nothing happens when nothing changes.

    `queue_waiting`: whether there was work that an idle agent could have been given
    (`calling.queries.queue_waiting`). Raises StateUnknown or NotAnAgent.
    """
    spell = Spell(state=state, code=code, queue_waiting=queue_waiting if state == IDLE else None)
    wrong = complaint(spell)
    if wrong:
        raise StateUnknown(wrong)
    with transaction.atomic():
        context = current()
        if context is not None and context.role in OFFICE:
            _next_spell(user_id, spell, at)
            return
        with acting(Role.DISPATCH, user=user_id):
            _next_spell(user_id, spell, at)


def _next_spell(user_id: UUID, spell: Spell, at: datetime) -> None:
    agent = Agent.objects.filter(user_id=user_id).first()
    if agent is None:
        raise NotAnAgent
    former = AgentState.objects.select_for_update().filter(agent=agent, to_at=None).first()
    if former is not None:
        known = Spell(state=former.state, code=former.code, queue_waiting=former.queue_waiting)
        if not breaks(known, spell):
            return
        # Clocks of two machines differ a little; no spell ends before it began.
        at = max(at, former.from_at)
        former.to_at = at
        former.save(update_fields=["to_at"])
    AgentState.objects.create(
        agent=agent,
        supplier_id=agent.supplier_id,
        state=spell.state,
        code=spell.code,
        queue_waiting=spell.queue_waiting,
        from_at=at,
    )
    record(
        "workforce.state_changed",
        at=at,
        by=user_id,
        subjects=(agent.id,),
        supplier=agent.supplier_id,
        state=spell.state,
        code=spell.code,
        queue_waiting=spell.queue_waiting,
    )
