"""What an agent can be doing, and when one spell ends and the next begins."""

from __future__ import annotations

from dataclasses import dataclass

# In the order of a shift. `system_down` is set by health checks, so that nobody pays for our outage.
STATES = (
    "signed_off",
    "available",
    "reserved",
    "preview",
    "dialling",
    "on_call",
    "on_hold",
    "wrap_up",
    "break",
    "training",
    "meeting",
    "system_down",
    "raised_hand",
)
IDLE = "available"
# Each break says which: paid or not, and whether it counts, hangs on the code.
NEEDS_CODE = frozenset({"break"})


@dataclass(frozen=True, kw_only=True)
class Spell:
    """What an agent is doing; `queue_waiting` is told of idle spells alone."""

    state: str
    code: str = ""
    queue_waiting: bool | None = None


def complaint(spell: Spell) -> str | None:
    """Return what is wrong with this spell, or None."""
    if spell.state not in STATES:
        return f"{spell.state!r} is no state of an agent; choose one of {', '.join(STATES)}."
    if spell.state in NEEDS_CODE and not spell.code:
        return f"{spell.state!r} needs a code that says which kind it is; choose one."
    return None


def breaks(former: Spell | None, newer: Spell) -> bool:
    """Whether a new spell begins: its state, its code, or whether there is work waiting has changed."""
    return former != newer
