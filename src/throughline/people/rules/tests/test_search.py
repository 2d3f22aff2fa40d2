from datetime import date

from throughline.people.rules.identity import identify
from throughline.people.rules.search import Key, search_keys

ANA = {"given_name": "Ana", "family_name": "Silva", "birth_date": date(1984, 5, 7)}


def met(ones: list[Key], others: list[Key]) -> bool:
    """Say whether somebody found under the ones is found under the others."""
    return bool(set(ones) & set(others))


def test_a_person_is_found_with_day_and_month_changed_about() -> None:
    other = identify(**(ANA | {"birth_date": date(1984, 7, 5)}))  # type: ignore[arg-type]
    assert met(search_keys(identify(**ANA)).sounds_births, search_keys(other).sounds_births)  # type: ignore[arg-type]


def test_a_person_is_found_with_the_names_in_each_others_place() -> None:
    other = identify(given_name="Silva", family_name="Ana", birth_date=date(1984, 5, 7))
    assert met(search_keys(identify(**ANA)).sounds_births, search_keys(other).sounds_births)  # type: ignore[arg-type]


def test_a_person_is_found_by_either_half_of_a_doubled_name() -> None:
    other = identify(**(ANA | {"family_name": "Silva-Costa"}))  # type: ignore[arg-type]
    assert met(search_keys(identify(**ANA)).sounds_births, search_keys(other).sounds_births)  # type: ignore[arg-type]


def test_a_person_is_found_without_a_birth_date_at_home() -> None:
    home = {"address_line_1": "12 High Street", "postcode": "AB1 2CD"}
    dated, undated = identify(**ANA, **home), identify(family_name="Silva", **home)  # type: ignore[arg-type]
    assert met(search_keys(dated).sounds_homes, search_keys(undated).sounds_homes)


def test_a_telephone_is_never_a_key_by_itself() -> None:
    keys = search_keys(identify(phone="+447700900123"))
    assert not keys.births_phones
    assert not keys.sounds_phones


def test_no_key_is_given_twice() -> None:
    keys = search_keys(
        identify(given_name="Silva", family_name="Silva-Silva", birth_date=date(1984, 5, 5))
    )
    assert len(keys.every()) == len(set(keys.every())) == 1
