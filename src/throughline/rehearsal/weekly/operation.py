"""The work behind a week: spells of responsibility and attempts for a sample of its cases and contacts.

All of them would be several times the rows of cases and contacts together, and tell no figure more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from throughline.measures.tables import ATTEMPTS, HOLDINGS
from throughline.rehearsal.weekly import arrays
from throughline.rehearsal.weekly.arrays import DAY, NONE, only
from throughline.rehearsal.weekly.counts import Week
from throughline.rehearsal.weekly.draws import Draws, Ints

HOUR = 3600
LIMIT = DAY
"""From the offer to `due_at`"""
AGENTS = 12
"""Of each provider"""
_CHANNELS = ("call", "sms", "email", "web")
_CHANNEL_SHARES = (0.8, 0.12, 0.05, 0.03)
_OUTCOMES = ("no_answer", "busy", "wrong_number", "callback", "reached")
_FAILURES = (0.7, 0.12, 0.08, 0.1)
_SHARED = (
    "person_id", "household_id", "first_provider", "provider", "managed_by_first", "managed_by",
    "first_attempt_at", "reached_at", "closed_at", "outcome",
)  # fmt: skip


def sample(draws: Draws, cases: Any, contacts: Any, share: float) -> Any:
    """Return the subjects that are looked at more closely: a share of the cases and contacts, in one form."""
    return pa.concat_tables(
        [
            _subjects(draws, cases, "case", "transferred_at", share),
            _subjects(draws, contacts, "contact", "identified_at", share),
        ]
    ).unify_dictionaries()


def _subjects(draws: Draws, table: Any, subject: str, offered: str, share: float) -> Any:
    chosen = table.filter(arrays.flags(draws.chance(f"{subject}_sampled", len(table), share)))
    columns = {name: pc.cast(chosen[name], pa.string()) for name in _SHARED if "_at" not in name}
    columns |= {name: chosen[name] for name in _SHARED if "_at" in name}
    return pa.table(
        {
            "subject": pa.array([subject] * len(chosen), pa.string()),
            "subject_id": chosen[f"{subject}_id"],
            "offered_at": chosen[offered],
            **columns,
        }
    )


def holdings(week: Week, draws: Draws, subjects: Any) -> Any:
    """Return a spell for each subject, and a second one for those whom the first provider handed on."""
    n = len(subjects)
    offered, closed = _seconds(subjects["offered_at"]), _seconds(subjects["closed_at"])
    moved = _flags(pc.not_equal(subjects["first_provider"], subjects["provider"]))
    # Handed on half-way, and before anything ended it.
    last = np.where(closed == NONE, offered + DAY, closed)
    moved_at = offered + (last - offered) // 2
    own_end = pc.if_else(pc.equal(subjects["outcome"], "open"), None, subjects["outcome"])
    first = {
        "provider": subjects["first_provider"],
        "managed_by": subjects["managed_by_first"],
        "offered_at": arrays.times(offered),
        "accepted_at": arrays.times(offered + draws.below("accepted", n, HOUR // 4)),
        "due_at": arrays.times(offered + LIMIT),
        "ended_at": arrays.times(np.where(moved, moved_at, closed)),
        "end": pc.if_else(arrays.flags(moved), "handed_over", own_end),
        "next_provider": pc.if_else(arrays.flags(moved), subjects["provider"], None),
    }
    second = {
        "provider": subjects["provider"],
        "managed_by": subjects["managed_by"],
        "offered_at": arrays.times(moved_at),
        "accepted_at": arrays.times(np.minimum(moved_at + HOUR, last)),
        "due_at": arrays.times(moved_at + LIMIT),
        "ended_at": arrays.times(closed),
        "end": own_end,
        "next_provider": pa.nulls(n, pa.string()),
    }
    again = pa.table(_spell(subjects, second, "2")).filter(arrays.flags(moved))
    both = pa.concat_tables([pa.table(_spell(subjects, first, "1")), again])
    return arrays.frame(HOLDINGS, _columns(both), scaled=week.scaled)


def _spell(subjects: Any, told: dict[str, Any], number: str) -> dict[str, Any]:
    return {
        "holding_id": pc.binary_join_element_wise("s", subjects["subject_id"], number, ""),
        "subject": subjects["subject"],
        "subject_id": subjects["subject_id"],
        "queue": pc.binary_join_element_wise(subjects["subject"], "first", "/"),
        **told,
        "recorded_at": told["offered_at"],
    }


def attempts(week: Week, draws: Draws, subjects: Any) -> Any:
    """Return the attempts to reach each subject: none without details, and the last one reached who was."""
    reached = _flags(pc.equal(subjects["outcome"], "reached"))
    first, ended = _seconds(subjects["first_attempt_at"]), _seconds(subjects["reached_at"])
    closed = _seconds(subjects["closed_at"])
    ended = np.where(ended == NONE, np.where(closed == NONE, first + DAY, closed), ended)
    many = np.where(reached, 1, 3) + draws.below("many", len(subjects), 4)
    many[first == NONE] = 0
    of = np.repeat(np.arange(len(subjects)), many)
    n = len(of)
    turn = np.arange(n) - np.repeat(np.cumsum(many) - many, many)
    last = turn == many[of] - 1
    length = np.maximum(ended[of] - first[of], 0)
    started = np.where(
        last & reached[of], ended[of], first[of] + length * turn // np.maximum(many[of], 1)
    )
    succeeded = last & reached[of]
    outcome = np.where(succeeded, _OUTCOMES.index("reached"), draws.pick("outcome", n, _FAILURES))
    channel = np.where(succeeded, 0, draws.pick("channel", n, _CHANNEL_SHARES))
    theirs = subjects.take(pa.array(of))
    agent = draws.below("agent", n, AGENTS)
    columns = {
        "attempt_id": pc.binary_join_element_wise(
            "t", theirs["subject_id"], pc.cast(pa.array(turn), pa.string()), "_"
        ),
        "subject": theirs["subject"],
        "subject_id": theirs["subject_id"],
        "person_id": theirs["person_id"],
        "household_id": theirs["household_id"],
        "endpoint_id": pc.binary_join_element_wise("e", theirs["person_id"], ""),
        "provider": theirs["provider"],
        "agent_id": pc.binary_join_element_wise(
            theirs["provider"], pc.cast(pa.array(agent), pa.string()), "_"
        ),
        "channel": arrays.words(channel, _CHANNELS),
        "started_at": arrays.times(started),
        "ended_at": arrays.times(started + 60 + draws.below("length", n, 15 * 60)),
        "outcome": arrays.words(outcome, _OUTCOMES),
        "reached": arrays.flags(succeeded),
        "recorded_at": arrays.times(started),
    }
    return arrays.frame(ATTEMPTS, columns, scaled=week.scaled)


def _columns(table: Any) -> dict[str, Any]:
    return {name: table[name] for name in table.column_names}


def _seconds(column: Any) -> Ints:
    """Moments back as seconds, NONE where there is none."""
    micros = pc.cast(column, pa.int64())
    known = _flags(pc.is_valid(micros))
    return only(known, pc.fill_null(micros, 0).to_numpy().astype(np.int64) // 1_000_000)


def _flags(column: Any) -> Any:
    return pc.fill_null(column, fill_value=False).to_numpy(zero_copy_only=False).astype(np.bool_)
