"""Tests taken: by the infected, by their households, by routine in care homes, and by the merely worried.

Everything reported lies in the three weeks before `until`, whose own first minute is the cut.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from throughline.rehearsal.meetings import Meetings
from throughline.rehearsal.model import Infection, Person, Report
from throughline.rehearsal.places import LABORATORIES
from throughline.rehearsal.streams import Streams

DAYS = 21
_BACKGROUND = 0.47
_ROUTES = (
    ("regional_site", 0.3),
    ("local_site", 0.25),
    ("home_kit", 0.3),
    ("mobile_unit", 0.13),
    ("satellite", 0.02),
)
_FAULTS = (
    ("duplicate", 0.006),
    ("corrected", 0.004),
    ("unreadable_date", 0.003),
    ("swapped_date", 0.004),
    ("no_nhs_number", 0.05),
    ("misspelt_name", 0.02),
    ("formula", 0.0005),
    ("future_birth", 0.0007),
    (None, 0.9118),
)
_TRANSIT_HOURS = {"home_kit": 30, "satellite": 14, "lab": 3}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Specimen:
    person: Person
    key: str
    taken_on: date
    purpose: str
    onset_on: date | None = None
    route: str | None = None


class Specimens:
    def __init__(
        self,
        streams: Streams,
        persons: list[Person],
        infections: list[Infection],
        meetings: Meetings,
        *,
        until: date,
    ) -> None:
        self._streams = streams
        self._persons = persons
        self._infections = {i.person_id: i for i in infections}
        self._meetings = meetings
        self._until = until
        self._households: dict[str, list[Person]] = {}
        for person in persons:
            self._households.setdefault(person.household_id, []).append(person)

    def reports(self) -> list[Report]:
        """In order of their reporting, each with an id that says nothing of the person."""
        found: dict[str, Report] = {}
        for specimen in self._taken():
            report = self._report(specimen)
            if report is not None:
                found[report.report_id] = report
        return sorted(found.values(), key=lambda r: (r.reported_at, r.report_id))

    def _taken(self) -> Iterator[_Specimen]:
        for person in self._persons:
            infection = self._infections.get(person.id)
            if infection is not None:
                yield from self._because_ill(person, infection)
            yield from self._routine(person)

    def _because_ill(self, person: Person, infection: Infection) -> Iterator[_Specimen]:
        onset = infection.onset_on
        if onset is None or not self._streams.chance(0.72, "seeks a test", person.number):
            return
        days = self._streams.weighted(((0, 2), (1, 4), (2, 3), (3, 2), (5, 1)), "delay", person.id)
        taken_on = onset + timedelta(days=days)
        yield _Specimen(
            person=person, key="ill", taken_on=taken_on, purpose="symptomatic", onset_on=onset
        )
        for other in self._households[person.household_id]:
            is_asked = other is not person and person.role != "resident"
            if is_asked and self._streams.chance(0.3, "household tests", person.id, other.id):
                after = self._streams.between(1, 4, "household test day", person.id, other.id)
                yield _Specimen(
                    person=other,
                    key=f"with {person.number}",
                    taken_on=taken_on + timedelta(days=after),
                    purpose="contact",
                )

    def _routine(self, person: Person) -> Iterator[_Specimen]:
        streams, number = self._streams, person.number
        first = self._until - timedelta(days=DAYS)
        memberships = self._meetings.memberships(person.id)
        if any(m.setting_id.startswith("care_home") for m in memberships):
            start = streams.below(7, "screening day", number)
            for week in range(3 if memberships[0].role == "staff" else 1):
                on = first + timedelta(days=start + 7 * week)
                yield _Specimen(
                    person=person,
                    key=f"screen {week}",
                    taken_on=on,
                    purpose="screening",
                    route="lab",
                )
            return
        if streams.chance(_BACKGROUND, "worried", number):
            on = first + timedelta(days=streams.between(-2, DAYS - 1, "worried day", number))
            has_cold = streams.chance(0.6, "a cold", number)
            yield _Specimen(
                person=person,
                key="worried",
                taken_on=on,
                purpose="symptomatic" if has_cold else "other",
                onset_on=on - timedelta(days=1) if has_cold else None,
            )

    def _report(self, specimen: _Specimen) -> Report | None:
        streams, person = self._streams, specimen.person
        key = f"{person.id} {specimen.key}"
        route = specimen.route or streams.weighted(_ROUTES, "route", key)
        minute = streams.between(7 * 60, 20 * 60, "minute taken", key)
        taken_at = datetime.combine(specimen.taken_on, time(0), UTC) + timedelta(minutes=minute)
        hours = _TRANSIT_HOURS.get(route, 8) + 36 * streams.uniform("turnaround", key) ** 1.5
        reported_at = (taken_at + timedelta(hours=hours)).replace(second=0)
        cut = datetime.combine(self._until, time(0), UTC)
        if not cut - timedelta(days=DAYS) <= reported_at < cut:
            return None
        infection = self._infections.get(person.id)
        result = self._result(infection, specimen, key)
        onset = _onset_known(infection, specimen)
        memberships = self._meetings.memberships(person.id)
        return Report(
            report_id=f"r{streams.below(16**12, 'report id', key):012x}",
            person_id=person.id,
            infection_id=infection.id if infection and result == "positive" else None,
            laboratory=self._laboratory(route, key),
            taken_at=taken_at,
            reported_at=reported_at,
            result=result,
            test_kind="pcr" if streams.chance(0.92, "test kind", key) else "antigen",
            route=route,
            pillar="1" if route == "lab" else "2",
            purpose=specimen.purpose,
            onset_on=onset,
            symptomatic=onset is not None,
            setting_id=memberships[0].setting_id if memberships else None,
            fault=streams.weighted(_FAULTS, "fault", key),
        )

    def _laboratory(self, route: str, key: str) -> str:
        if route == "lab":
            return LABORATORIES[2].code
        return self._streams.pick(LABORATORIES[:2], "laboratory", key).code

    def _result(self, infection: Infection | None, specimen: _Specimen, key: str) -> str:
        if self._streams.chance(0.008, "void", key):
            return "void"
        if infection is None:
            return "negative"
        days = (specimen.taken_on - infection.exposed_on).days
        can_be_found = 3 <= days <= 16
        is_found = can_be_found and self._streams.chance(0.92, "sensitivity", key)
        return "positive" if is_found else "negative"


def _onset_known(infection: Infection | None, specimen: _Specimen) -> date | None:
    """The true onset of those who are ill by then; else that of whatever cold sent them for a test."""
    onset = infection.onset_on if infection else None
    if onset and onset <= specimen.taken_on <= onset + timedelta(days=16):
        return onset
    return specimen.onset_on
