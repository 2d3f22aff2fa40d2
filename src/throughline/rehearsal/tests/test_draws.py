from hypothesis import given
from hypothesis import strategies as st

from throughline.rehearsal import names, phones, places
from throughline.rehearsal.identifiers import CAPACITY, check_digit, nhs_number
from throughline.rehearsal.streams import Streams


@given(index=st.integers(0, CAPACITY * 2))
def test_an_nhs_number_has_ten_digits_of_the_test_range_and_a_true_check_digit(index: int) -> None:
    number = nhs_number(index)
    assert len(number) == 10
    assert number.startswith("999")
    assert check_digit(number[:9]) == int(number[9])


@given(one=st.integers(0, CAPACITY - 1), other=st.integers(0, CAPACITY - 1))
def test_two_persons_below_the_capacity_never_share_an_nhs_number(one: int, other: int) -> None:
    assert (nhs_number(one) == nhs_number(other)) == (one == other)


def test_the_check_digit_agrees_with_a_published_example() -> None:
    assert check_digit("943476591") == 9


@given(index=st.integers(0, 10**9))
def test_every_number_given_out_is_a_drama_number(index: int) -> None:
    assert phones.is_drama_number(phones.landline(index))
    assert phones.is_drama_number(phones.mobile(index))
    assert phones.is_drama_number(phones.organisation_line(index))


def test_a_number_outside_the_drama_ranges_is_not_one() -> None:
    for number in ("07700800123", "07911123456", "0770090012", "077009001234", "07700900abc"):
        assert not phones.is_drama_number(number)


def test_the_first_sixteen_thousand_landlines_are_all_different() -> None:
    assert len({phones.landline(n) for n in range(16_000)}) == 16_000


@given(seed=st.integers(), key=st.text())
def test_a_draw_depends_on_its_seed_stream_and_key_alone(seed: int, key: str) -> None:
    streams = Streams(seed)
    first = streams.uniform("one", key)
    streams.uniform("another", key)
    assert streams.uniform("one", key) == first == Streams(seed).uniform("one", key)
    assert 0 <= first < 1


@given(first=st.integers(-50, 50), more=st.integers(0, 50), key=st.integers())
def test_a_number_between_two_lies_between_them(first: int, more: int, key: int) -> None:
    assert first <= Streams(1).between(first, first + more, "number", key) <= first + more


def test_every_name_is_in_latin_letters() -> None:
    for tradition, _ in names.TRADITIONS:
        pool = names.pool(tradition)
        for name in {*pool.female, *pool.male, *pool.family}:
            assert names.in_ascii(name), name
            assert len(names.in_ascii(name)) >= len(name) - 1


def test_a_polish_surname_follows_its_bearer() -> None:
    assert names.worn_by("Kowalski", "polish", "female") == "Kowalska"
    assert names.worn_by("Kowalski", "polish", "male") == "Kowalski"
    assert names.worn_by("Walewski", "english", "female") == "Walewski"


def test_neighbours_share_a_street_and_nobody_else_has_their_door() -> None:
    doors = [places.home(n) for n in range(8_000)]
    assert len({(a.line_1, a.postcode) for a in doors}) == len(doors)
    assert doors[0].postcode == doors[24].postcode != doors[25].postcode
