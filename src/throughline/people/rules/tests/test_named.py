from datetime import date

from throughline.people.rules.identity import Identity, identify
from throughline.people.rules.named import match_named_contact

HOME = {"address_line_1": "12 High Street", "postcode": "AB1 2CD"}


def member(given: str, age: float, family: str = "Ashworth", **more: str) -> Identity:
    return identify(given_name=given, family_name=family, age=age, **HOME, **more)  # type: ignore[arg-type]


HOUSEHOLD = [("ama", member("Ama", 41)), ("kofi", member("Kofi", 43)), ("esi", member("Esi", 9))]


def test_a_given_name_is_enough_in_a_household_where_one_alone_bears_it() -> None:
    found = match_named_contact(identify(given_name="Esi"), household=HOUSEHOLD)
    assert (found.verdict, found.key) == ("same", "esi")


def test_father_and_son_of_one_name_are_told_apart_by_age() -> None:
    family = [("father", member("Kofi", 43)), ("son", member("Kofi", 12))]
    named = identify(given_name="Kofi", family_name="Ashworth", age=12)
    assert match_named_contact(named, household=family).key == "son"


def test_father_and_son_of_one_name_without_an_age_are_left_to_a_person() -> None:
    family = [("father", member("Kofi", 43)), ("son", member("Kofi", 12))]
    found = match_named_contact(identify(given_name="Kofi"), household=family)
    assert (found.verdict, found.key) == ("unsure", None)
    assert {key for key, _ in found.candidates} == {"father", "son"}


def test_a_flatmate_of_another_surname_is_not_the_member_with_the_same_given_name() -> None:
    named = identify(given_name="Ama", family_name="Boateng")
    assert match_named_contact(named, household=HOUSEHOLD).verdict == "different"


def test_a_name_nobody_at_home_bears_is_nobody_at_home() -> None:
    found = match_named_contact(identify(given_name="Yaw"), household=HOUSEHOLD)
    assert (found.verdict, found.candidates) == ("different", ())


def test_outside_the_household_name_and_telephone_without_birth_date_prove_nothing() -> None:
    elsewhere = HOME | {"postcode": "ZZ9 9ZZ"}
    other = identify(given_name="Yaw", family_name="Mensah", phone="+447700900123", **elsewhere)
    named = identify(given_name="Yaw", family_name="Mensah", phone="+447700900123", **HOME)
    found = match_named_contact(named, household=HOUSEHOLD, others=[("yaw", other)])
    assert found.verdict == "unsure"


def test_outside_the_household_name_and_birth_date_find_the_person() -> None:
    other = identify(given_name="Yaw", family_name="Mensah", birth_date=date(1984, 5, 17))
    found = match_named_contact(other, household=[], others=[("yaw", other)])
    assert (found.verdict, found.key) == ("same", "yaw")


def test_an_initial_is_not_enough_to_be_sure() -> None:
    found = match_named_contact(
        identify(given_name="K", family_name="Ashworth"), household=HOUSEHOLD
    )
    assert found.verdict == "unsure"
