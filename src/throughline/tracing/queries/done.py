"""Whether a form that comes a second time did its work the first time."""

from __future__ import annotations

from uuid import UUID

from throughline.core.models import DoneOnce

ENDED = "tracing.end_conversation"


def ended_before(key: UUID, *, by: UUID) -> bool:
    """Say whether this person ended a conversation with this very form: then its lease is rightly over."""
    return DoneOnce.objects.filter(key=key, actor_id=by, action=ENDED).exists()
