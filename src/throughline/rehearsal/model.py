"""The values that a rehearsal town is made of. All of it is invented, and all of it is known."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    line_1: str
    line_2: str
    town: str
    postcode: str

    @property
    def outward(self) -> str:
        return self.postcode.split()[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Household:
    id: str
    kind: str
    """single, couple, family, lone_parent, three_generations, sharers, student_flat, care_home or away"""
    address: Address
    phone: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    id: str
    number: int
    given_name: str
    family_name: str
    birth_on: date
    sex: str
    nhs_number: str | None
    phone: str | None
    phone_is_wrong: bool
    """The number on file reaches somebody else."""
    email: str | None
    language: str
    needs_interpreter: bool
    tradition: str
    role: str
    """Place in the household: adult, child, twin, grandparent, sharer, student or resident"""
    household_id: str
    """Where the person lives now; `Town.members` has the whole history."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HouseholdMember:
    household_id: str
    person_id: str
    kind: str
    """home or term"""
    from_on: date
    to_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    id: str
    kind: str
    """care_home, school, university, workplace or event"""
    name: str
    address: Address
    phone: str
    held_on: date | None = None
    """For an event: its day"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingMember:
    setting_id: str
    person_id: str
    group: str
    """Those of one group meet daily: a form, a shift, a course"""
    role: str
    """pupil, student, staff, resident or guest"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Infection:
    id: str
    person_id: str
    infector_id: str | None
    """The person who passed it on; None for an import from outside the town"""
    where: str
    """household, friends, import, or the kind of the setting"""
    where_id: str | None
    exposed_on: date
    onset_on: date | None
    """None for those who never have symptoms"""
    infectious_from: date
    infectious_until: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """One test, as the laboratory truly has it; `fault` says how its row will be spoilt."""

    report_id: str
    person_id: str
    infection_id: str | None
    laboratory: str
    taken_at: datetime
    reported_at: datetime
    result: str
    test_kind: str
    route: str
    pillar: str
    purpose: str
    onset_on: date | None
    symptomatic: bool
    setting_id: str | None
    fault: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MetContact:
    """Someone whom a case met while infectious, and what the case would say in an interview."""

    infection_id: str
    person_id: str
    relation: str
    """household_member, classmate, colleague, resident, care_worker, friend or guest"""
    exposure_kind: str
    """household, direct or proximity"""
    setting_id: str | None
    last_met_on: date
    said_given_name: str
    said_family_name: str
    said_phone: str | None
    is_named: bool
    """False for those whom the case does not know or does not mention"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Organisation:
    code: str
    name: str
    outward_codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffMember:
    username: str
    given_name: str
    family_name: str
    email: str
    role: str
    organisation: str | None
    """Code of a supplier or local team; None for the authority's own people and the public"""
    team: str | None
    languages: tuple[str, ...]
    skills: tuple[str, ...]
    person_id: str | None = None
    """For the role public: the case whose page it is"""
