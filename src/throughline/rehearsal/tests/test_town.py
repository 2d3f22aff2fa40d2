from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from throughline.rehearsal.phones import is_drama_number
from throughline.rehearsal.tests.conftest import UNTIL
from throughline.rehearsal.town import Town, build


def test_the_same_seed_builds_the_same_town(town: Town) -> None:
    assert build(persons=6_000, until=UNTIL) == town


def test_another_seed_builds_another_town(town: Town) -> None:
    other = build(seed=1, persons=300, until=UNTIL)
    assert other.persons != town.persons[:300]


def test_one_more_person_leaves_everyone_else_as_they_were() -> None:
    few = build(persons=1_500, until=UNTIL)
    more = build(persons=1_501, until=UNTIL)
    assert more.persons[:-1] == few.persons
    newcomer = more.persons[-1].id
    assert [m for m in more.members if m.person_id != newcomer] == few.members
    assert [m for m in more.setting_members if m.person_id != newcomer] == few.setting_members
    assert [s for s in more.staff if s.role != "public"] == [
        s for s in few.staff if s.role != "public"
    ]


def test_every_infection_has_an_infector_who_was_infectious_or_is_an_import(town: Town) -> None:
    by_person = {i.person_id: i for i in town.infections}
    assert len(by_person) == len(town.infections)
    for infection in town.infections:
        if infection.infector_id is None:
            assert infection.where == "import"
            continue
        infector = by_person[infection.infector_id]
        assert infector.infectious_from <= infection.exposed_on <= infector.infectious_until
        assert infection.exposed_on < town.until


def test_every_infection_inside_the_town_happened_where_both_belong(town: Town) -> None:
    belongs = {(m.person_id, m.setting_id) for m in town.setting_members}
    for infection in town.infections:
        if infection.where_id is not None:
            assert (infection.person_id, infection.where_id) in belongs
            assert (infection.infector_id, infection.where_id) in belongs
        if infection.where == "household" and infection.infector_id:
            infector = town.person[infection.infector_id]
            assert infector.household_id == town.person[infection.person_id].household_id


def test_every_positive_is_of_somebody_infected_and_no_negative_names_an_infection(
    town: Town,
) -> None:
    infected = {i.id: i for i in town.infections}
    for report in town.reports:
        if report.result == "positive":
            assert report.infection_id is not None
            assert infected[report.infection_id].person_id == report.person_id
            assert infected[report.infection_id].exposed_on < report.taken_at.date()
        else:
            assert report.infection_id is None


def test_a_positive_with_symptoms_tells_the_true_onset(town: Town) -> None:
    infected = {i.id: i for i in town.infections}
    told = [r for r in town.reports if r.infection_id and r.purpose == "contact" and r.onset_on]
    assert told
    for report in told:
        assert report.infection_id is not None
        assert report.onset_on == infected[report.infection_id].onset_on


def test_reports_fill_the_three_weeks_before_the_day_and_none_is_later(town: Town) -> None:
    cut = datetime.combine(UNTIL, time(0), UTC)
    days = {r.reported_at.date() for r in town.reports}
    assert len(days) == 21
    assert all(r.taken_at < r.reported_at < cut for r in town.reports)
    assert min(days) == UNTIL - timedelta(days=21)


def test_every_telephone_is_a_drama_number(town: Town) -> None:
    numbers = [p.phone for p in town.persons if p.phone]
    numbers += [h.phone for h in town.households if h.phone]
    numbers += [s.phone for s in town.settings]
    numbers += [c.said_phone for c in town.contacts if c.said_phone]
    assert [n for n in numbers if not is_drama_number(n)] == []
    assert 0.6 < sum(p.phone is not None for p in town.persons) / len(town.persons) < 0.95


def test_some_telephones_are_shared_and_mostly_within_a_household(town: Town) -> None:
    homes: dict[str, set[str]] = {}
    for person in town.persons:
        if person.phone and not person.phone_is_wrong:
            homes.setdefault(person.phone, set()).add(person.household_id)
    assert all(len(sharing) == 1 for sharing in homes.values())
    assert max(Counter(p.phone for p in town.persons if p.phone).values()) > 3


def test_the_town_has_twins_students_with_two_addresses_and_flats_of_six(town: Town) -> None:
    twins = [
        (a, b) for a, b in zip(town.persons, town.persons[1:], strict=False) if b.role == "twin"
    ]
    assert twins
    assert all(a.birth_on == b.birth_on and a.household_id == b.household_id for a, b in twins)
    students = {p.id for p in town.persons if p.role == "student"}
    lived = Counter((m.person_id, m.kind) for m in town.members if m.person_id in students)
    assert lived == {(s, kind): 1 for s in students for kind in ("home", "term")}
    flats = Counter(p.household_id for p in town.persons if p.role == "student")
    assert set(list(flats.values())[:-1]) == {6}


def test_residents_of_a_care_home_are_members_of_its_setting(town: Town) -> None:
    residents = {p.id for p in town.persons if p.role == "resident"}
    members = {m.person_id for m in town.setting_members if m.role == "resident"}
    assert residents == members != set()


def test_every_postcode_is_of_an_area_that_does_not_exist(town: Town) -> None:
    addresses = [h.address for h in town.households] + [s.address for s in town.settings]
    assert {a.postcode[:2] for a in addresses} == {"ZX"}
    supplied = [code for supplier in town.suppliers for code in supplier.outward_codes]
    local = [code for team in town.local_teams for code in team.outward_codes]
    assert sorted(supplied) == sorted(local) == sorted(set(local))
    in_town = {h.address.outward for h in town.households if h.kind != "away"}
    assert in_town <= set(local)


def test_a_contact_was_met_between_the_start_of_infectiousness_and_the_specimen(town: Town) -> None:
    infections = {i.id: i for i in town.infections}
    pairs = Counter((c.infection_id, c.person_id) for c in town.contacts)
    assert set(pairs.values()) == {1}
    # Reports are in order, so that reading them backwards leaves the first positive.
    taken = {r.infection_id: r.taken_at.date() for r in reversed(town.reports)}
    for contact in town.contacts:
        infection = infections[contact.infection_id]
        taken_on = taken[infection.id]
        first = min(infection.infectious_from, taken_on)
        assert first <= contact.last_met_on <= taken_on < town.until
        assert contact.person_id != infection.person_id
    assert {c.exposure_kind for c in town.contacts} == {"household", "direct", "proximity"}


def test_flatmates_who_fall_ill_each_name_the_others(town: Town) -> None:
    flats = {h.id for h in town.households if h.kind == "student_flat"}
    for case_id, contacts in town.contacts_by_case.items():
        case = town.person[case_id]
        if case.household_id in flats:
            others = {p.id for p in town.persons if p.household_id == case.household_id}
            met = {c.person_id for c in contacts if c.relation == "household_member"}
            assert met == others - {case_id}


def test_every_role_has_somebody_and_every_supplier_every_language(town: Town) -> None:
    roles = Counter(s.role for s in town.staff)
    assert set(roles) == {
        "handler",
        "team_leader",
        "supplier_manager",
        "local_team",
        "epidemiologist",
        "authority",
        "contract_manager",
        "data_protection_officer",
        "auditor",
        "public",
    }
    assert roles["handler"] == 60
    assert len({s.username for s in town.staff}) == len(town.staff)
    for supplier in town.suppliers:
        own = [s for s in town.staff if s.organisation == supplier.code]
        spoken = {language for s in own for language in s.languages}
        assert spoken == {"en", "pl", "ur", "ro", "bn", "ar", "pt"}


def test_the_truth_covers_every_report_once(town: Town) -> None:
    assert len(town.truth) == len(town.reports)
    assert set(town.truth.values()) <= set(town.person)


def test_a_town_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="0 persons was asked for; ask for 1 or more"):
        build(persons=0, until=UNTIL)


def test_the_smallest_town_is_built() -> None:
    smallest = build(persons=1, until=UNTIL)
    assert len(smallest.persons) == 1
    assert replace(smallest, seed=1).seed == 1
