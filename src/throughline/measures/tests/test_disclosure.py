"""Nobody who reads all that is published learns a small number, and no more is hidden than that takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from throughline.measures import disclosure
from throughline.measures.answers import Answer, Pair
from throughline.measures.disclosure import recover, suppress
from throughline.measures.tests.attackers import (
    Attacker,
    grown,
    published_of,
    random_table,
    secrets,
)

SMALL, ANYTHING = range(1, 5), range(6)
OUTCOMES = ("cases.transferred", "cases.reached", "cases.not_reached", "cases.no_details")
EVERYTHING = (*OUTCOMES, "cases.open", "cases.gave_contacts", "cases.reached_within")
FEW = 6
"""Tables in an ordinary run, small ones; 1,000 of all sizes with the marker `storm`."""


def count(n: int | None, measure: str = "cases.transferred", **group: str | None) -> Answer:
    return Answer(measure=measure, group=group, numerator=n, value=n if n is None else float(n))


def rate(over: int, under: int, measure: str = "cases.reached", **group: str) -> Answer:
    value = over / under if under else None
    return Answer(measure=measure, group=group, numerator=over, denominator=under, value=value)


def shown(answers: list[Answer]) -> list[int | float | None]:
    return [one.numerator for one in answers]


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_a_count_from_1_to_4_is_suppressed_and_carries_no_number(n: int) -> None:
    (one,) = suppress([count(n)])
    assert one.suppressed
    assert (one.numerator, one.denominator, one.value) == (None, None, None)


@pytest.mark.parametrize("n", [0, 5, 6])
def test_0_and_5_are_shown(n: int) -> None:
    assert suppress([count(n)]) == [count(n)]


@pytest.mark.parametrize("over", [1, 4, 96, 99])
def test_a_rate_whose_numerator_or_complement_is_small_is_suppressed(over: int) -> None:
    assert suppress([rate(over, 100)])[0].suppressed


@pytest.mark.parametrize("over", [0, 5, 95, 100])
def test_other_rates_are_shown(over: int) -> None:
    assert suppress([rate(over, 100)]) == [rate(over, 100)]


def test_a_percentile_goes_with_the_1_to_4_rows_that_it_is_over() -> None:
    few, some = (
        Answer(measure="clock.example", group={"week": week}, value=20.5, beside={"n": n})
        for week, n in (("w1", 4), ("w2", 5))
    )
    assert [one.suppressed for one in suppress([few, some])] == [True, False]
    assert suppress([few])[0].beside == {"n": None}


def test_a_small_count_beside_a_figure_goes_alone() -> None:
    one = Answer(
        measure="contacts.people", group={}, numerator=40, value=40.0, beside={"unknown": 2}
    )
    (public,) = suppress([one])
    assert (public.suppressed, public.numerator, public.beside) == (False, 40, {"unknown": None})


def test_a_product_goes_with_a_small_part_of_it() -> None:
    pairs = {
        "cases": Pair(numerator=97, denominator=100),
        "contacts": Pair(numerator=50, denominator=100),
    }
    one = Answer(measure="coverage.case_by_contact", group={}, value=0.485, components=pairs)
    (public,) = suppress([one])
    assert public.suppressed
    assert public.value is None
    assert {(pair.numerator, pair.denominator) for pair in public.components.values()} == {
        (None, None)
    }


def test_what_is_judged_by_a_definition_is_what_the_others_leave() -> None:
    told = [
        count(100),
        replace(rate(60, 100), definition="reach-2020-05"),
        replace(rate(37, 100, "cases.not_reached"), definition="reach-2020-05", beside={"open": 0}),
        rate(3, 100, "cases.no_details"),
    ]
    public = suppress(told)
    # 100 less 60 less 37 is 3, though the whole and the rest are the same by every definition.
    assert shown(public)[0::3] == [100, None]
    assert None in shown(public)[1:3]
    assert recover([*told[:3], public[3]])


def both_definitions(narrow: int, wide: int) -> list[Answer]:
    told = [
        replace(rate(n, 100), definition=name)
        for n, name in ((narrow, "reach-2020-05"), (wide, "reach-2020-11"))
    ]
    return [*told, rate(20, 100, "cases.no_details"), count(100)]


@pytest.mark.parametrize("through_others", [1, 4])
def test_two_definitions_side_by_side_do_not_tell_how_few_one_of_them_counts_alone(
    through_others: int,
) -> None:
    public = suppress(both_definitions(60, 60 + through_others))
    assert [one.suppressed for one in public].count(True) == 1
    assert public[0].suppressed or public[1].suppressed


@pytest.mark.parametrize("through_others", [0, 5])
def test_where_they_differ_by_none_or_by_enough_both_are_shown(through_others: int) -> None:
    told = both_definitions(60, 60 + through_others)
    assert suppress(told) == told


def product(cases: tuple[int, int], contacts: tuple[int, int], **group: str) -> Answer:
    rates = {"cases": cases, "contacts": contacts}
    pairs = {name: Pair(numerator=over, denominator=of) for name, (over, of) in rates.items()}
    value = cases[0] / cases[1] * contacts[0] / contacts[1]
    return Answer(measure="coverage.case_by_contact", group=group, value=value, components=pairs)


def test_a_product_that_goes_for_one_of_its_rates_takes_nothing_of_the_other_with_it() -> None:
    # In each region all cases were reached, and of the contacts two or three were not.
    regions = {"north": (21, 38), "south": (33, 57), "west": (40, 64)}
    told = [rate(94, 94), rate(150, 159, "contacts.reached"), product((94, 94), (150, 159))]
    for place, (name, (cases, contacts)) in enumerate(regions.items()):
        of = contacts + 2 + place % 2
        told += [
            rate(cases, cases, region=name),
            rate(contacts, of, "contacts.reached", region=name),
            product((cases, cases), (contacts, of), region=name),
        ]
    public = suppress(told)
    assert {one.group.get("region") for one in public if one.suppressed} == {*regions}
    assert not any(one.suppressed for one in public if one.measure == "cases.reached")
    assert not recover(public)


def test_a_small_rest_beside_a_product_is_guarded_all_the_same() -> None:
    # The rate goes for its rest, 3; whole and part stand in other figures.
    told = [
        rate(97, 100),
        product((97, 100), (50, 100)),
        count(100),
        rate(60, 97, "cases.gave_contacts"),
    ]
    hidden = replace(suppress(told)[0])
    assert hidden.suppressed
    assert not recover(suppress(told))
    assert recover([hidden, *told[2:]])


def test_an_adjusted_rate_goes_with_its_strata_and_they_with_their_groups() -> None:
    strata = {"health_protection": (3, 60), "others": (300, 600)}
    one = Answer(
        measure="contacts.reached_mix_adjusted",
        group={},
        value=0.4,
        components={name: Pair(numerator=a, denominator=b) for name, (a, b) in strata.items()},
    )
    by = [
        rate(3, 60, "contacts.reached", managed_by_first="health_protection"),
        rate(300, 600, "contacts.reached", managed_by_first="national"),
    ]
    public = suppress([one, *by, rate(303, 660, "contacts.reached")])
    assert [answer.suppressed for answer in public[:2]] == [True, True]
    assert public[2].suppressed or public[3].suppressed
    assert not recover(public)


def test_a_total_hides_the_least_other_part() -> None:
    regions = [count(n, region=f"r{n}") for n in (3, 40, 900)]
    assert shown(suppress(regions)) == [None, 40, 900]
    assert shown(suppress([*regions, count(943)])) == [None, None, 900, 943]


def test_two_small_parts_hide_each_other_when_they_add_up_to_5_or_more() -> None:
    regions = [count(n, region=f"r{i}") for i, n in enumerate((3, 2, 40))]
    assert shown(suppress([*regions, count(45)])) == [None, None, 40, 45]
    regions = [count(n, region=f"r{i}") for i, n in enumerate((3, 1, 40, 50))]
    assert shown(suppress([*regions, count(94)])) == [None, None, None, 50, 94]


def test_what_several_measures_tell_is_hidden_in_all_of_them() -> None:
    told = [count(103), rate(100, 103), rate(60, 100, "cases.gave_contacts")]
    public = suppress(told)
    assert not recover(public)
    assert public[1].suppressed
    # 103 less 100 is 3: one of the two must go, wherever it stands.
    assert public[0].suppressed or public[2].suppressed


def test_a_small_rest_between_a_whole_and_its_listed_parts_is_guarded_too() -> None:
    told = [count(53), count(50, managed_by="national")]
    assert None in shown(suppress(told))


def test_what_the_release_before_showed_is_no_longer_a_place_to_hide() -> None:
    before = suppress([count(n, region=f"r{n}") for n in (7, 40, 900)] + [count(947)])
    assert not any(one.suppressed for one in before)
    now = [count(n, region=f"r{n}") for n in (7, 40, 900)]
    now = [*now, rate(3, 7, region="r7"), rate(20, 40, region="r40"), rate(450, 900, region="r900")]
    assert suppress(now, previous=before)[3].suppressed


def test_a_number_that_grew_does_not_give_away_what_it_was() -> None:
    before = suppress(
        [count(3, region="a"), count(50, region="b"), count(900, region="c"), count(953)]
    )
    assert shown(before) == [None, None, 900, 953]
    now = [count(6, region="a"), count(50, region="b"), count(900, region="c"), count(956)]
    assert recover(now, before)
    public = suppress(now, previous=before)
    assert not recover(public, before)


def test_people_who_count_in_two_regions_are_no_contradiction() -> None:
    told = [count(n, "contacts.people", region=f"r{n}") for n in (3, 40)]
    public = suppress([*told, count(42, "contacts.people")])
    assert public[0].suppressed
    assert not recover(public)


def test_what_is_suppressed_already_is_refused() -> None:
    with pytest.raises(ValueError, match="suppressed already"):
        suppress(suppress([count(3)]))


def test_the_same_answers_are_published_alike_whenever_they_are() -> None:
    table = random_table(Random(5), weeks=1, regions=3, people=60)  # noqa: S311 - no secret
    told = published_of(table, [(), ("region",)], OUTCOMES)
    assert suppress(told) == suppress(told)


@pytest.mark.parametrize("seed", range(FEW))
def test_an_attacker_with_everything_published_recovers_no_suppressed_number(seed: int) -> None:
    attack(seed, sizes=[(1, 2)])


@pytest.mark.storm
@pytest.mark.parametrize("hundred", range(10))
def test_an_attacker_recovers_nothing_from_1000_random_tables(hundred: int) -> None:
    for seed in range(100 * hundred, 100 * (hundred + 1)):
        attack(seed, sizes=[(1, 2), (1, 4), (2, 2), (2, 3)])


def attack(seed: int, *, sizes: Sequence[tuple[int, int]]) -> None:
    random = Random(seed)  # noqa: S311 - no secret
    weeks, regions = random.choice(sizes)
    table = random_table(random, weeks=weeks, regions=regions, people=random.choice([20, 60, 300]))
    bys = [(), ("week",), ("region",), ("week", "region")][random.choice([0, 1, 2]) :]
    measures = random.choice([OUTCOMES, EVERYTHING])
    before, first = list[Answer](), list[Answer]()
    if seed % 2:
        # Every other table was published once before, when there was less of it.
        before = published_of(table, bys, measures)
        first = suppress(before)
        table = grown(random, table)
    told = published_of(table, bys, measures)
    public = suppress(told, previous=first)
    attacker = Attacker(list(table), public, first)
    hidden = [(False, *secret) for secret in secrets(told, public)]
    hidden += [(True, *secret) for secret in secrets(before, first)]
    for was_before, answer, part, value in hidden:
        row = attacker.row(answer, part, previous=was_before)
        where = (seed, was_before, answer.measure, dict(answer.group), answer.band, part, value)
        if value in SMALL:
            assert all(attacker.could_be(row, each) for each in ANYTHING), where
        elif not any((row == known).all() for known, _ in attacker.told):
            low, high = attacker.extent(row)
            assert low < high, where


def test_without_the_second_step_the_attacker_does_recover(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosure._Suppressor, "_guard", lambda _: None)
    with pytest.raises(AssertionError):
        attack(0, sizes=[(1, 3)])


@pytest.mark.parametrize("seed", range(3))
def test_our_own_check_finds_nothing_in_two_releases(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - no secret
    table = random_table(random, weeks=1, regions=3, people=60)
    bys = [(), ("region",)]
    first = suppress(published_of(table, bys, OUTCOMES))
    assert not recover(first)
    told = published_of(grown(random, table), bys, OUTCOMES)
    assert not recover(suppress(told, previous=first), first)
