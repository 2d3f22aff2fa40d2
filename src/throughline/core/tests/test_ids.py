"""Keys that are made without a constructor are as any other UUID."""

from __future__ import annotations

import copy
import pickle
from uuid import UUID

from throughline.core.ids import new_id


def test_a_key_is_the_same_as_one_read_from_its_text() -> None:
    made = new_id()
    read = UUID(str(made))
    assert (made, hash(made), made.version, made.variant) == (read, hash(read), 7, read.variant)
    assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == read  # noqa: S301 - our own


def test_later_keys_follow_earlier_ones_of_another_millisecond() -> None:
    first, second = new_id(), new_id()
    assert first.int >> 80 <= second.int >> 80
