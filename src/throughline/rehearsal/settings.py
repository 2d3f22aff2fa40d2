"""Where people meet outside their homes: care homes, schools, a university, workplaces and an event.

Every block of households has its own, so that a new block brings new settings and changes no old one.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from throughline.rehearsal import phones, places
from throughline.rehearsal.model import Household, Person, Setting, SettingMember
from throughline.rehearsal.population import care_home_name
from throughline.rehearsal.streams import Streams

_WORKPLACE_KINDS = (
    "Bakery",
    "Foundry",
    "Outfitters",
    "Garage",
    "Packing",
    "Warehouse",
    "Studio",
    "Brewery",
    "Joinery",
    "Nursery",
    "Offices",
    "Pottery",
    "Laundry",
    "Printworks",
    "Kitchens",
    "Cycles",
)
_WORKPLACES_PER_BLOCK = 24
_BLOCKS_PER_SECONDARY = 3
_COURSES = 24


@dataclass(kw_only=True, slots=True)
class Settings:
    by_id: dict[str, Setting] = field(default_factory=dict)
    members: list[SettingMember] = field(default_factory=list)


def assign(
    streams: Streams, persons: list[Person], households: list[Household], *, until: date
) -> Settings:
    settings = Settings()
    block_of = {h.id: int(h.id[1:]) // places.HOUSEHOLDS_PER_BLOCK for h in households}
    kind_of = {h.id: h.kind for h in households}
    care_homes: dict[int, list[str]] = defaultdict(list)
    for household in households:
        if household.kind == "care_home":
            care_homes[block_of[household.id]].append(household.id)
            _add(settings, _care_home(household))
    for person in persons:
        block = block_of[person.household_id]
        age = until.year - person.birth_on.year - 1
        if kind_of[person.household_id] == "care_home":
            _join(settings, f"care_home_{person.household_id}", person, "residents", "resident")
        elif person.role == "student":
            _study(streams, settings, person)
        elif 4 <= age <= 17:
            _go_to_school(streams, settings, person, block=block, age=age)
        elif 18 <= age <= 67 and streams.chance(0.74, "employed", person.number):
            _work(streams, settings, person, block=block, care_homes=care_homes.get(block, []))
        if age >= 16 and streams.chance(0.03, "event guest", person.number):
            _attend(streams, settings, person, block=block, until=until)
    return settings


def _add(settings: Settings, setting: Setting) -> None:
    settings.by_id.setdefault(setting.id, setting)


def _join(settings: Settings, setting_id: str, person: Person, group: str, role: str) -> None:
    settings.members.append(
        SettingMember(setting_id=setting_id, person_id=person.id, group=group, role=role)
    )


def _care_home(household: Household) -> Setting:
    number = int(household.id[1:])
    return Setting(
        id=f"care_home_{household.id}",
        kind="care_home",
        name=care_home_name(number),
        address=household.address,
        phone=phones.organisation_line(number),
    )


def _open(
    settings: Settings, *, setting_id: str, kind: str, name: str, block: int, index: int
) -> None:
    if setting_id not in settings.by_id:
        settings.by_id[setting_id] = Setting(
            id=setting_id,
            kind=kind,
            name=name,
            address=places.premises(name, block, index),
            phone=phones.organisation_line(block * 40 + index),
        )


def _study(streams: Streams, settings: Settings, person: Person) -> None:
    name = f"University of {places.TOWN}"
    _open(settings, setting_id="university", kind="university", name=name, block=0, index=38)
    course = streams.between(1, _COURSES, "course", person.number)
    _join(settings, "university", person, f"course {course}", "student")


def _go_to_school(
    streams: Streams, settings: Settings, person: Person, *, block: int, age: int
) -> None:
    if age <= 10:
        setting_id, index, name = f"primary_{block}", 0, f"{places.stem(block)} Primary School"
    else:
        block = block // _BLOCKS_PER_SECONDARY * _BLOCKS_PER_SECONDARY
        setting_id, index = f"secondary_{block}", 1
        name = f"{places.stem(block + 11)} Secondary School"
    _open(settings, setting_id=setting_id, kind="school", name=name, block=block, index=index)
    form = "" if age <= 10 else streams.pick("AB", "form", person.number)
    _join(settings, setting_id, person, f"year {age - 4}{form}", "pupil")


def _work(
    streams: Streams, settings: Settings, person: Person, *, block: int, care_homes: list[str]
) -> None:
    if care_homes and streams.chance(0.06, "care worker", person.number):
        home = streams.pick(care_homes, "care home of work", person.number)
        _join(settings, f"care_home_{home}", person, "staff", "staff")
        return
    if streams.chance(0.04, "school staff", person.number):
        setting_id, name = f"primary_{block}", f"{places.stem(block)} Primary School"
        _open(settings, setting_id=setting_id, kind="school", name=name, block=block, index=0)
        year = streams.between(0, 6, "form taught", person.number)
        _join(settings, setting_id, person, f"year {year}", "staff")
        return
    if streams.chance(0.3, "commutes", person.number):
        block = streams.below(block + 1, "block of work", person.number)
    # The square of a draw makes a few workplaces large and most small.
    place = int(streams.uniform("workplace", person.number) ** 2 * _WORKPLACES_PER_BLOCK)
    setting_id = f"workplace_{block}_{place}"
    title = _WORKPLACE_KINDS[(block * 5 + place) % len(_WORKPLACE_KINDS)]
    name = f"{places.stem(block * 7 + place)} {title}"
    _open(
        settings, setting_id=setting_id, kind="workplace", name=name, block=block, index=2 + place
    )
    shift = streams.between(1, max(1, 12 - place), "shift", person.number)
    _join(settings, setting_id, person, f"shift {shift}", "staff")


def _attend(
    streams: Streams, settings: Settings, person: Person, *, block: int, until: date
) -> None:
    setting_id = f"event_{block}"
    name = f"{places.stem(block + 3)} Singers' Supper"
    settings.by_id.setdefault(
        setting_id,
        Setting(
            id=setting_id,
            kind="event",
            name=name,
            address=places.premises(name, block, 37),
            phone=phones.organisation_line(block * 40 + 37),
            held_on=until - timedelta(days=streams.between(6, 24, "event day", block)),
        ),
    )
    _join(settings, setting_id, person, "guests", "guest")
