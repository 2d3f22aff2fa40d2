"""Batches: whether what was accepted of each is what the results hold of it."""

from __future__ import annotations

from typing import Any

import pytest

from throughline.measures.errors import MissingColumnError
from throughline.measures.tests.spec import told

BATCHES = """
batch_id | recorded_at      | accepted
a        | 2020-06-04 10:00 | 2
b        | 2020-06-04 10:00 | 2
c        | 2020-06-04 10:00 | 1
d        | 2020-06-11 10:00 | 1
e        | 2020-06-11 10:00 | 0
f        | 2020-06-11 10:00 |
"""


def test_a_batch_is_held_to_the_results_it_brought_though_another_has_corrected_them(
    opened: Any,
) -> None:
    events = opened(
        batches=BATCHES,
        results="""
        result_id | batch_id | merged_into
        1         | a        |
        2         | a        | 6
        3         | b        |
        4         | c        |
        5         | c        |
        6         | d        |
        7         |          |
        """,
    )
    answers = events.measure("intake.batches_unmatched", by="week")
    # b brought one too few and c one too many; of f nobody has said how many were accepted.
    assert [(one.group["week"], one.numerator) for one in answers] == [
        ("2020-06-04", 2), ("2020-06-11", 0)
    ]  # fmt: skip


def test_without_results_or_their_batches_it_is_not_known(opened: Any) -> None:
    assert told(opened(batches=BATCHES).measure("intake.batches_unmatched")) == {
        None: (None, None, None)
    }


def test_results_that_do_not_say_their_batch_are_told_so(opened: Any) -> None:
    events = opened(batches=BATCHES, results="result_id\n1")
    with pytest.raises(
        MissingColumnError, match=r"intake\.batches_unmatched needs batch_id of results"
    ):
        events.measure("intake.batches_unmatched")
