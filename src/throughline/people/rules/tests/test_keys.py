import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.gb import nhs

from throughline.people.rules.addresses import household_key, postcode_key
from throughline.people.rules.nhs_numbers import nhs_number_key
from throughline.people.rules.phones import phone_key


@given(st.integers(0, 10**10 - 1).map("{:010d}".format))
def test_an_nhs_number_is_valid_where_the_library_says_so(digits: str) -> None:
    trivial = len(set(digits)) == 1
    assert (nhs_number_key(digits) is not None) == (nhs.is_valid(digits) and not trivial)


@given(st.integers(0, 10**9 - 1).map("{:09d}".format))
def test_an_nhs_number_made_to_fit_is_taken_with_its_spaces(first: str) -> None:
    for digits in (f"{first}{check}" for check in range(10)):
        if nhs.is_valid(digits) and len(set(digits)) > 1:
            assert nhs_number_key(f"{digits[:3]} {digits[3:6]} {digits[6:]}") == digits


@pytest.mark.parametrize(
    "raw", ["07700 900123", "+44 7700 900123", "0044 7700-900-123", "+44 (0)7700 900123"]
)
def test_one_number_has_one_spelling(raw: str) -> None:
    assert phone_key(raw, allow_drama=True) == "+447700900123"


@pytest.mark.parametrize(
    "raw", ["01632 960123", "020 7946 0123", "0113 496 0123", "028 9018 0123", "07700900999"]
)
def test_numbers_kept_for_drama_are_taken_only_where_allowed(raw: str) -> None:
    assert phone_key(raw) is None
    assert phone_key(raw, allow_drama=True) is not None


@pytest.mark.parametrize("raw", ["", "12", "999", "07700 90012", "call mum", "0" * 40])
def test_what_cannot_be_called_is_no_number(raw: str) -> None:
    assert phone_key(raw, allow_drama=True) is None


def test_a_number_abroad_is_read_by_the_country_of_its_sender() -> None:
    assert phone_key("+33 1 42 68 53 00") == "+33142685300"
    assert phone_key("6123 4567", country="SG") == "+6561234567"


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ("ab12cd", "AB1 2CD"),
        (" SW1A  1AA ", "SW1A 1AA"),
        ("M1 1AE", "M1 1AE"),
        ("GIR 0AA", "GIR 0AA"),
        ("12345", None),
        ("AB1", None),
    ],
)
def test_a_postcode_has_one_spelling_or_none(raw: str, key: str | None) -> None:
    assert postcode_key(raw) == key


@pytest.mark.parametrize(
    ("line_1", "line_2"),
    [
        ("Flat 3, 12 High Street", ""),
        ("flat 3", "12 High St."),
        ("12 High Street, Flat 3", ""),
        ("Apt 3, 12, High street", ""),
    ],
)
def test_one_home_has_one_key_however_it_is_written(line_1: str, line_2: str) -> None:
    assert household_key(line_1, line_2=line_2, postcode="ab1 2cd") == "AB12CD|flat 3 12"


def test_two_flats_of_one_house_are_two_homes() -> None:
    one = household_key("Flat 1, 12 High Street", postcode="AB1 2CD")
    two = household_key("Flat 2, 12 High Street", postcode="AB1 2CD")
    assert one != two


def test_a_house_with_a_name_is_known_by_it() -> None:
    assert household_key("Rose Cottage", postcode="AB1 2CD") == "AB12CD|rose cottage"


def test_a_town_alone_is_nobodys_home() -> None:
    assert household_key("", town="Hagelloch") is None
    assert household_key("High Street", town="Hagelloch") is None
