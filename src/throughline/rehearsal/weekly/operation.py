"""The work behind a week: spells of responsibility and attempts for a sample of its cases and contacts.

All of them would be several times the rows of cases and contacts together, and tell no figure more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from throughline.measures.tables import ATTEMPTS, HOLDINGS
from throughline.rehearsal.weekly import arrays, places
from throughline.rehearsal.weekly.arrays import DAY, NONE, only
from throughline.rehearsal.weekly.counts import Week
from throughline.rehearsal.weekly.draws import Draws, Ints

HOUR = 3600
LIMIT = DAY
"""From the offer to `due_at`"""
AGENTS = 12
"""Of each provider"""
_HANDED_BACK = 0.02
"""Of subjects that stay with a national provider: with a local team in between"""
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
    """Return the spells of each subject: one, two where it was handed on, three where it was handed back."""
    n = len(subjects)
    offered, closed = _seconds(subjects["offered_at"]), _seconds(subjects["closed_at"])
    moved = _flags(pc.not_equal(subjects["first_provider"], subjects["provider"]))
    national = _flags(pc.equal(subjects["managed_by_first"], "national"))
    returned = draws.chance("returned", n, _HANDED_BACK) & national & ~moved
    # Handed on after a third, back after another, and before anything ended it.
    last = np.where(closed == NONE, offered + DAY, closed)
    on_at = offered + (last - offered) // 3
    back_at = offered + (last - offered) // 3 * 2
    own_end = pc.if_else(pc.equal(subjects["outcome"], "open"), None, subjects["outcome"])
    is_on, is_back = arrays.flags(moved | returned), arrays.flags(returned)
    other = pc.if_else(is_back, places.LOCAL, subjects["provider"])
    nobody = pa.nulls(n, pa.string())
    first = _spell(subjects, "1", (offered, draws.below("accepted", n, HOUR // 4)), {
        "provider": subjects["first_provider"],
        "managed_by": subjects["managed_by_first"],
        "ended_at": arrays.times(np.where(moved | returned, on_at, closed)),
        "end": pc.if_else(is_on, "handed_over", own_end),
        "next_provider": pc.if_else(is_on, other, None),
    })  # fmt: skip
    second = _spell(subjects, "2", (on_at, np.minimum(HOUR, (last - offered) // 3)), {
        "provider": other,
        "managed_by": pc.if_else(is_back, "local", subjects["managed_by"]),
        "ended_at": arrays.times(np.where(returned, back_at, closed)),
        "end": pc.if_else(is_back, "returned", own_end),
        "next_provider": pc.if_else(is_back, subjects["first_provider"], None),
    })  # fmt: skip
    third = _spell(subjects, "3", (back_at, np.minimum(HOUR, last - back_at)), {
        "provider": subjects["provider"],
        "managed_by": subjects["managed_by"],
        "ended_at": arrays.times(closed),
        "end": own_end,
        "next_provider": nobody,
    })  # fmt: skip
    spells = pa.concat_tables([first, second.filter(is_on), third.filter(is_back)])
    return arrays.frame(HOLDINGS, _columns(spells), scaled=week.scaled)


def _spell(
    subjects: Any, number: str, offered_and_accepted: tuple[Ints, Ints], told: dict[str, Any]
) -> Any:
    """Return a spell of every subject; when it was offered, and how many seconds later accepted."""
    offered, later = offered_and_accepted
    return pa.table({
        "holding_id": pc.binary_join_element_wise("s", subjects["subject_id"], number, ""),
        "subject": subjects["subject"],
        "subject_id": subjects["subject_id"],
        "queue": pc.binary_join_element_wise(subjects["subject"], "first", "/"),
        "offered_at": arrays.times(offered),
        "accepted_at": arrays.times(offered + later),
        "due_at": arrays.times(offered + LIMIT),
        **told,
        "recorded_at": arrays.times(offered),
    })  # fmt: skip


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
