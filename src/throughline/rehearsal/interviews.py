"""What each case would say when asked whom it met: some names whole, some half, some not at all."""

from collections.abc import Iterator
from datetime import date, timedelta

from throughline.rehearsal.meetings import Meetings, Tie
from throughline.rehearsal.model import Infection, MetContact, Person, Setting
from throughline.rehearsal.streams import Streams

_MET = {
    "household": 1.0,
    "friends": 0.5,
    "school": 0.2,
    "university": 0.08,
    "workplace": 0.35,
    "care_home": 0.2,
    "event": 0.3,
}
_NAMED = {"household": 0.97, "friends": 0.85, "care_home": 0.9}
_RELATION = {
    "household": "household_member",
    "friends": "friend",
    "school": "classmate",
    "university": "classmate",
    "workplace": "colleague",
    "care_home": "resident",
    "event": "guest",
}


def contacts_of(
    streams: Streams,
    infection: Infection,
    *,
    taken_on: date,
    meetings: Meetings,
    persons: dict[str, Person],
    settings: dict[str, Setting],
) -> Iterator[MetContact]:
    """Those met from the start of the infectious period until the specimen, each once, closest tie first.

    A specimen taken before that period has begun is itself the whole time asked about.
    """
    seen: set[str] = set()
    for tie in meetings.ties(infection.person_id):
        pair = (infection.person_id, tie.person_id)
        if tie.person_id in seen or not streams.chance(_MET[tie.kind], "met", *pair, tie.kind):
            continue
        met_on = _last_met(streams, infection, tie, taken_on=taken_on, settings=settings)
        if met_on is None:
            continue
        seen.add(tie.person_id)
        yield _said(streams, infection, tie, persons[tie.person_id], met_on=met_on)


def _last_met(
    streams: Streams,
    infection: Infection,
    tie: Tie,
    *,
    taken_on: date,
    settings: dict[str, Setting],
) -> date | None:
    if tie.kind == "household":
        return taken_on
    first = min(infection.infectious_from, taken_on)
    if tie.kind == "event" and tie.setting_id:
        held = settings[tie.setting_id].held_on
        return held if held and first <= held <= taken_on else None
    span = min(4, (taken_on - first).days)
    days = streams.between(0, span, "last met", infection.person_id, tie.person_id)
    return first + timedelta(days=days)


def _said(
    streams: Streams, infection: Infection, tie: Tie, person: Person, *, met_on: date
) -> MetContact:
    pair = (infection.person_id, person.id)
    is_close = tie.kind in ("household", "friends")
    knows_surname = is_close or streams.chance(0.7, "knows surname", *pair)
    knows_phone = is_close or streams.chance(0.35, "knows phone", *pair)
    relation = _RELATION[tie.kind]
    if tie.kind == "care_home" and person.role != "resident":
        relation = "care_worker"
    exposure = "direct" if streams.chance(0.5, "exposure", *pair) else "proximity"
    return MetContact(
        infection_id=infection.id,
        person_id=person.id,
        relation=relation,
        exposure_kind="household" if tie.kind == "household" else exposure,
        setting_id=tie.setting_id,
        last_met_on=met_on,
        said_given_name=person.given_name,
        said_family_name=person.family_name if knows_surname else "",
        said_phone=person.phone if knows_phone else None,
        is_named=streams.chance(_NAMED.get(tie.kind, 0.6), "named", *pair),
    )
