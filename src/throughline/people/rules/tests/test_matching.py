from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.people.rules.identity import Identity, identify
from throughline.people.rules.matching import score

WHO: dict[str, Any] = {
    "given_name": "Thomas",
    "family_name": "Ashworth",
    "birth_date": date(1984, 5, 7),
    "sex": "male",
    "phone": "+447700900123",
    "address_line_1": "12 High Street",
    "postcode": "AB1 2CD",
}
RANK = {"different": 0, "unsure": 1, "same": 2}


def who(**changed: Any) -> Identity:
    return identify(**{**WHO, **changed})


@pytest.mark.parametrize(
    ("what", "other", "verdict"),
    [
        ("the same telling", {}, "same"),
        ("a short form", {"given_name": "Tom"}, "unsure"),
        ("a second given name", {"given_name": "Thomas Edward"}, "same"),
        ("the surname as heard", {"family_name": "Ashwerth"}, "same"),
        ("day and month changed about", {"birth_date": date(1984, 7, 5)}, "same"),
        (
            "names in each other's place",
            {"given_name": "Ashworth", "family_name": "Thomas"},
            "same",
        ),
        ("a student at a second address", {"postcode": "ZZ9 9ZZ", "phone": None}, "same"),
        ("a first name mistyped", {"given_name": "Thmoas"}, "unsure"),
        ("a twin", {"given_name": "William"}, "different"),
        ("a longer form", {"given_name": "Thomasz"}, "same"),
        ("a son of the same name", {"birth_date": date(2012, 3, 9)}, "different"),
        ("a son born on his father's day", {"birth_date": date(1994, 5, 7)}, "unsure"),
        ("a married name, same home", {"family_name": "Okafor"}, "unsure"),
        (
            "a married name, elsewhere",
            {"family_name": "Okafor", "postcode": "ZZ9 9ZZ", "phone": None},
            "different",
        ),
        (
            "another on the same telephone",
            {"given_name": "Ama", "family_name": "Boateng", "birth_date": date(1990, 1, 9)},
            "different",
        ),
        (
            "a telephone and nothing else",
            {"given_name": None, "family_name": None, "birth_date": None, "sex": None},
            "different",
        ),
        # A flatmate's naming: full name and home are all that is known of one of the two.
        ("named at home, no birth date", {"birth_date": None, "phone": None}, "same"),
        ("named at home by a short form", {"birth_date": None, "given_name": "Tom"}, "unsure"),
        ("named elsewhere, no birth date", {"birth_date": None, "postcode": "ZZ9 9ZZ"}, "unsure"),
    ],
)
def test_who_is_one_person_and_who_must_be_asked(
    what: str, other: dict[str, Any], verdict: str
) -> None:
    found = score(who(), who(**other))
    assert found.verdict == verdict, (what, found)


def test_twins_with_names_alike_are_for_a_person_to_tell() -> None:
    found = score(who(given_name="Amina", sex="female"), who(given_name="Amira", sex="female"))
    assert found.verdict == "unsure"


def test_everyone_born_on_new_years_day_needs_more_than_name_and_birth_date() -> None:
    born = date(1985, 1, 1)
    away = {"postcode": "ZZ9 9ZZ", "phone": None}
    assert score(who(birth_date=born), who(birth_date=born, **away)).verdict == "unsure"
    assert score(who(birth_date=born), who(birth_date=born)).verdict == "same"


def test_one_nhs_number_is_one_person_even_under_a_new_surname() -> None:
    a, b = who(nhs_number="9434765919"), who(nhs_number="9434765919", family_name="Okafor")
    assert score(a, b).verdict == "same"


def test_one_nhs_number_on_two_quite_different_persons_is_asked_about() -> None:
    other = {"given_name": "Ama", "family_name": "Boateng", "birth_date": date(2001, 9, 3)}
    found = score(who(nhs_number="9434765919"), who(nhs_number="9434765919", **other))
    assert found.verdict == "unsure"


def test_two_nhs_numbers_are_never_joined_by_points() -> None:
    found = score(who(nhs_number="9434765919"), who(nhs_number="9434765870"))
    assert found.verdict == "unsure"


def test_a_senders_own_number_tells_persons_of_a_list_without_names_apart() -> None:
    def listed(number: str, sender: str = "list") -> Identity:
        return identify(sender=sender, patient_id=number, age=40, sex="female")

    assert score(listed("7"), listed("7")).verdict == "same"
    assert score(listed("7"), listed("8")).verdict == "different"
    assert score(listed("7"), listed("7", sender="another")).verdict == "different"


def test_a_score_says_why() -> None:
    reasons = {r.what: (r.how, r.points) for r in score(who(), who(given_name="William")).reasons}
    assert reasons["birth_date"] == ("same", 9)
    assert reasons["given_name"] == ("different", -12)
    assert "email" not in reasons


NAMES = st.sampled_from(["", "Ana", "Anna", "A", "Joanna", "Mohammed", "Muhammad", "李", "Zoë"])
FAMILIES = st.sampled_from(["", "Smith", "Smyth", "Smith-Jones", "van Dijk", "Dijk", "Ng", "Anna"])
PERSONS = st.builds(
    identify,
    given_name=NAMES,
    family_name=FAMILIES,
    birth_date=st.sampled_from(
        [None, date(1980, 1, 1), date(1980, 3, 4), date(1980, 4, 3), date(1981, 3, 4)]
    ),
    age=st.sampled_from([None, 3.0, 40.0, 41.0]),
    sex=st.sampled_from([None, "female", "male"]),
    nhs_number=st.sampled_from([None, "9434765919", "9434765870"]),
    sender=st.just("lab"),
    patient_id=st.sampled_from([None, "1", "2"]),
    phone=st.sampled_from([None, "+447700900123", "+447700900124"]),
    email=st.sampled_from([None, "a@example.org"]),
    address_line_1=st.sampled_from([None, "1 High St", "2 High St"]),
    postcode=st.just("AB1 2CD"),
)


@given(a=PERSONS, b=PERSONS)
def test_the_order_of_two_persons_makes_no_difference(a: Identity, b: Identity) -> None:
    assert score(a, b) == score(b, a)


@given(a=PERSONS, b=PERSONS, what=st.sampled_from(["phones", "emails", "households", "sender_ids"]))
def test_a_further_thing_in_common_never_makes_two_persons_less_alike(
    a: Identity, b: Identity, what: str
) -> None:
    common: frozenset[Any] = frozenset({("lab", "9") if what == "sender_ids" else "common"})
    more_a = replace(a, **{what: getattr(a, what) | common})
    more_b = replace(b, **{what: getattr(b, what) | common})
    before, after = score(a, b), score(more_a, more_b)
    assert after.value >= before.value
    assert RANK[after.verdict] >= RANK[before.verdict]


@given(a=PERSONS, b=PERSONS)
def test_a_telephone_in_common_alone_never_joins(a: Identity, b: Identity) -> None:
    only = Identity(phones=frozenset({"+447700900123"}))
    assert (
        score(replace(only, sex=a.sex, age=a.age), replace(only, sex=b.sex)).verdict == "different"
    )
