"""The demonstration town, whole: who lives there, who infected whom, what the laboratories report.

    town = build(until=date(2026, 11, 22))

Nothing in it is known later than the first minute (UTC) of `until`: the last reports are of the day before.
The same seed, number of persons and `until` give the same town; more persons give the same town with more
in it.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from throughline.rehearsal.interviews import contacts_of
from throughline.rehearsal.meetings import Meetings
from throughline.rehearsal.model import (
    Household,
    HouseholdMember,
    Infection,
    MetContact,
    Organisation,
    Person,
    Report,
    Setting,
    SettingMember,
    StaffMember,
)
from throughline.rehearsal.outbreak import spread
from throughline.rehearsal.places import LABORATORIES, LOCAL_TEAMS, SUPPLIERS
from throughline.rehearsal.population import populate
from throughline.rehearsal.settings import assign
from throughline.rehearsal.specimens import Specimens
from throughline.rehearsal.staff import staff
from throughline.rehearsal.streams import Streams


@dataclass(frozen=True, kw_only=True)
class Town:
    """The whole truth, against which matching, interviews and figures can be scored."""

    seed: int
    until: date
    persons: list[Person]
    households: list[Household]
    members: list[HouseholdMember]
    settings: list[Setting]
    setting_members: list[SettingMember]
    infections: list[Infection]
    reports: list[Report]
    """In order of reporting"""
    contacts: list[MetContact]
    """Of every infection with a positive report"""
    staff: list[StaffMember]
    suppliers: tuple[Organisation, ...] = SUPPLIERS
    local_teams: tuple[Organisation, ...] = LOCAL_TEAMS
    laboratories: tuple[Organisation, ...] = LABORATORIES

    @cached_property
    def person(self) -> dict[str, Person]:
        return {p.id: p for p in self.persons}

    @cached_property
    def household(self) -> dict[str, Household]:
        return {h.id: h for h in self.households}

    @cached_property
    def setting(self) -> dict[str, Setting]:
        return {s.id: s for s in self.settings}

    @cached_property
    def truth(self) -> dict[str, str]:
        """report_id -> person id, for scoring the matching."""
        return {r.report_id: r.person_id for r in self.reports}

    @cached_property
    def contacts_by_case(self) -> dict[str, list[MetContact]]:
        """person id of the case -> whom it met, named or not."""
        infected = {i.id: i.person_id for i in self.infections}
        found: dict[str, list[MetContact]] = {}
        for contact in self.contacts:
            found.setdefault(infected[contact.infection_id], []).append(contact)
        return found


def build(seed: int = 2020, persons: int = 20_000, *, until: date) -> Town:
    if persons < 1:
        raise ValueError(f"A town of {persons} persons was asked for; ask for 1 or more.")
    streams = Streams(seed)
    population = populate(streams, count=persons, year=until.year)
    settings = assign(streams, population.persons, population.households, until=until)
    meetings = Meetings(streams, population.persons, settings.by_id, settings.members)
    infections = spread(streams, population.persons, meetings, settings.by_id, until=until)
    reports = Specimens(streams, population.persons, infections, meetings, until=until).reports()
    by_id = {p.id: p for p in population.persons}
    infection_by_id = {i.id: i for i in infections}
    # An infection's first positive is the one that an interview is about.
    first_positive = {r.infection_id: r for r in reversed(reports) if r.infection_id}
    contacts = [
        contact
        for infection_id, report in sorted(first_positive.items())
        for contact in contacts_of(
            streams,
            infection_by_id[infection_id],
            taken_on=report.taken_at.date(),
            meetings=meetings,
            persons=by_id,
            settings=settings.by_id,
        )
    ]
    case = next((r.person_id for r in reversed(reports) if r.infection_id), None)
    return Town(
        seed=seed,
        until=until,
        persons=population.persons,
        households=population.households,
        members=population.members,
        settings=list(settings.by_id.values()),
        setting_members=settings.members,
        infections=infections,
        reports=reports,
        contacts=contacts,
        staff=staff(streams, case_person_id=case),
    )
