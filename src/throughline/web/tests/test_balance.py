"""The ledger's bar."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.web.balance import TITLES, WIDTH, balance_of

places = st.fixed_dictionaries({code: st.integers(0, 10**7) for code in TITLES})


@given(places)
def test_a_ledger_whose_places_sum_to_what_was_received_balances(counts: dict[str, int]) -> None:
    balance = balance_of(received=sum(counts.values()), places=counts)
    assert balance.missing == 0
    assert "exactly one place" in balance.sentence


@given(places, st.integers(1, 50))
def test_a_difference_of_even_one_row_is_told(counts: dict[str, int], apart: int) -> None:
    total = sum(counts.values())
    assert balance_of(received=total + apart, places=counts).missing == apart
    assert "too few" in balance_of(received=total + apart, places=counts).sentence


@given(places)
def test_the_parts_follow_one_another_and_stay_in_the_bar(counts: dict[str, int]) -> None:
    parts = balance_of(received=sum(counts.values()), places=counts).parts
    for one, following in itertools.pairwise(parts):
        assert following.left == pytest.approx(one.left + one.width, abs=0.05)
    assert parts[-1].left + parts[-1].width <= WIDTH + 0.05


def test_a_place_that_the_ledger_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        balance_of(received=1, places={"lost": 1})
