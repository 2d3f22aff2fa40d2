"""An outbreak: imports from outside, then transmission along ties, with every infector known.

Whether one person infects another over a tie, and on which day of the illness, is drawn by the pair alone,
so the course is the same whatever order it is worked out in. Nothing on or after `until` is simulated.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from throughline.rehearsal.meetings import Meetings, Tie
from throughline.rehearsal.model import Infection, Person, Setting
from throughline.rehearsal.streams import Streams

DAYS = 49
"""Seven weeks, so that the three weeks of results find the outbreak under way."""
_IMPORTED = 0.016
_RISK = {
    "household": 0.22,
    "friends": 0.08,
    "school": 0.012,
    "university": 0.016,
    "workplace": 0.045,
    "care_home": 0.035,
    "event": 0.08,
}
_INCUBATION = tuple(
    (days, w) for days, w in ((2, 1), (3, 3), (4, 5), (5, 5), (6, 3), (7, 2), (9, 1))
)
_OFFSET = ((-2, 2), (-1, 4), (0, 4), (1, 3), (2, 2), (3, 1))
"""Day of transmission, counted from the infector's onset"""
_WITHOUT_SYMPTOMS = {"child": 0.45, "twin": 0.45, "resident": 0.2}


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class _Exposure:
    """Ordered by day and then by names, so that ties in time are decided the same way each run."""

    on: date
    person_id: str
    infector_id: str
    where: str
    where_id: str


def spread(
    streams: Streams,
    persons: list[Person],
    meetings: Meetings,
    settings: dict[str, Setting],
    *,
    until: date,
) -> list[Infection]:
    by_id = {p.id: p for p in persons}
    coming = [_import(streams, person, until=until) for person in persons]
    waiting = [exposure for exposure in coming if exposure is not None]
    heapq.heapify(waiting)
    infected: dict[str, Infection] = {}
    while waiting:
        exposure = heapq.heappop(waiting)
        if exposure.person_id in infected:
            continue
        infection = _infect(streams, exposure, by_id[exposure.person_id])
        infected[exposure.person_id] = infection
        for following in _passed_on(streams, infection, meetings, settings):
            if following.on < until and following.person_id not in infected:
                heapq.heappush(waiting, following)
    return list(infected.values())


def _import(streams: Streams, person: Person, *, until: date) -> _Exposure | None:
    if person.role == "resident" or not streams.chance(_IMPORTED, "import", person.number):
        return None
    on = until - timedelta(days=streams.between(1, DAYS, "import day", person.number))
    return _Exposure(on=on, person_id=person.id, infector_id="", where="import", where_id="")


def _infect(streams: Streams, exposure: _Exposure, person: Person) -> Infection:
    number = person.number
    onset = exposure.on + timedelta(days=streams.weighted(_INCUBATION, "incubation", number))
    is_silent = streams.chance(_WITHOUT_SYMPTOMS.get(person.role, 0.3), "silent", number)
    return Infection(
        id=f"i{number:06d}",
        person_id=person.id,
        infector_id=exposure.infector_id or None,
        where=exposure.where,
        where_id=exposure.where_id or None,
        exposed_on=exposure.on,
        onset_on=None if is_silent else onset,
        infectious_from=max(onset - timedelta(days=2), exposure.on + timedelta(days=1)),
        infectious_until=onset + timedelta(days=8),
    )


def _passed_on(
    streams: Streams, infection: Infection, meetings: Meetings, settings: dict[str, Setting]
) -> Iterator[_Exposure]:
    one = infection.person_id
    for tie in meetings.ties(one):
        if not streams.chance(_RISK[tie.kind], "transmits", one, tie.person_id, tie.kind):
            continue
        on = _day(streams, infection, tie, settings)
        if on is not None:
            yield _Exposure(
                on=on,
                person_id=tie.person_id,
                infector_id=one,
                where=tie.kind,
                where_id=tie.setting_id or "",
            )


def _day(
    streams: Streams, infection: Infection, tie: Tie, settings: dict[str, Setting]
) -> date | None:
    """None where the two did not meet on a day that counted: a weekend, or another day than the event's."""
    if tie.kind == "event" and tie.setting_id:
        held = settings[tie.setting_id].held_on
        if held and infection.infectious_from <= held <= infection.infectious_until:
            return held
        return None
    onset = infection.infectious_until - timedelta(days=8)
    offset = streams.weighted(_OFFSET, "serial", infection.person_id, tie.person_id)
    day = max(onset + timedelta(days=offset), infection.infectious_from)
    if tie.kind in ("school", "university", "workplace") and day.weekday() >= 5:
        return None
    return day
