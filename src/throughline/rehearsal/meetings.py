"""Who meets whom: the ties along which an infection can go, and along which contacts are named."""

from collections import defaultdict
from dataclasses import dataclass

from throughline.rehearsal.model import Person, Setting, SettingMember
from throughline.rehearsal.streams import Streams

FRIEND_REACH = 1_200
"""Friends are sought among this many neighbours by number, who live in the same part of the town."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tie:
    person_id: str
    kind: str
    """household, friends, or the kind of the setting"""
    setting_id: str | None


class Meetings:
    """All ties of a town. Each goes both ways."""

    def __init__(
        self,
        streams: Streams,
        persons: list[Person],
        settings: dict[str, Setting],
        members: list[SettingMember],
    ) -> None:
        self._settings = settings
        self._household_of = {p.id: p.household_id for p in persons}
        self._households: dict[str, list[str]] = defaultdict(list)
        for person in persons:
            self._households[person.household_id].append(person.id)
        self._groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._memberships: dict[str, list[SettingMember]] = defaultdict(list)
        for member in members:
            self._memberships[member.person_id].append(member)
            for group in self._met_groups(member):
                self._groups[group].append(member.person_id)
        self._friends = _friendships(streams, persons)

    def memberships(self, person_id: str) -> list[SettingMember]:
        return self._memberships.get(person_id, [])

    def ties(self, person_id: str) -> list[Tie]:
        home = self._household_of[person_id]
        met = [
            Tie(person_id=other, kind="household", setting_id=None)
            for other in self._households[home]
            if other != person_id and not self._is_resident(person_id)
        ]
        for member in self.memberships(person_id):
            kind = self._settings[member.setting_id].kind
            for group in self._met_groups(member):
                met += [
                    Tie(person_id=other, kind=kind, setting_id=member.setting_id)
                    for other in self._groups[group]
                    if other != person_id
                ]
        met += [
            Tie(person_id=other, kind="friends", setting_id=None)
            for other in self._friends[person_id]
        ]
        return met

    def _is_resident(self, person_id: str) -> bool:
        return any(m.role == "resident" for m in self.memberships(person_id))

    def _met_groups(self, member: SettingMember) -> list[tuple[str, str]]:
        # In a care home staff and residents meet one another; elsewhere people keep to their group.
        if self._settings[member.setting_id].kind == "care_home":
            return [(member.setting_id, "all")]
        return [(member.setting_id, member.group)]


def _friendships(streams: Streams, persons: list[Person]) -> dict[str, list[str]]:
    """Each person chooses up to three among the earlier numbers, so that a newcomer adds ties only to itself."""
    friends: dict[str, list[str]] = defaultdict(list)
    for person in persons:
        for at in range(streams.below(4, "friends", person.number)):
            reach = min(person.number, FRIEND_REACH)
            if not reach or person.role == "resident":
                break
            other = persons[person.number - 1 - streams.below(reach, "friend", person.number, at)]
            apart = abs(other.birth_on.year - person.birth_on.year)
            if apart <= 12 and other.household_id != person.household_id:
                friends[person.id].append(other.id)
                friends[other.id].append(person.id)
    return friends
