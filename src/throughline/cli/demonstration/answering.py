"""What a person of the town says when the script asks: the truth, as far as they know it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from throughline.cli.demonstration.truth import Truth
from throughline.definitions.forms.script import Step
from throughline.rehearsal.model import MetContact, Person
from throughline.rehearsal.streams import Streams
from throughline.tracing.queries.subjects import Subject

SPECIAL = ("care_home", "school")
MOST_NAMED = 12
SUPPORT: tuple[tuple[str, float], ...] = (
    ("none", 0.78),
    ("food", 0.07),
    ("money", 0.06),
    ("medicine", 0.04),
    ("care", 0.03),
    ("lonely", 0.02),
)
NOTHING: Mapping[str, Any] = {}
UNKNOWN: Mapping[str, Any] = {"unknown": True}


class Answers:
    """One person on the line, on one day. `going`: what they say when asked whether it may go on."""

    def __init__(
        self, truth: Truth, streams: Streams, person: Person, *, today: date, going: str
    ) -> None:
        """Look up what they know of themselves."""
        self.truth, self.streams, self.person = truth, streams, person
        self.today, self.going = today, going
        infection = truth.infection(person)
        onset = infection.onset_on if infection else None
        self.onset = onset if onset and onset <= today else None

    def identity(self) -> dict[str, str]:
        """Return what they say when asked who they are."""
        home = self.truth.town.household[self.person.household_id]
        return {
            "birth_date": self.person.birth_on.isoformat(),
            "postcode": home.address.postcode,
            "full_name": f"{self.person.given_name} {self.person.family_name}",
        }

    def to(self, step: Step, others: list[Subject]) -> Mapping[str, Any]:
        """Return the answer to one question; `others` are those at home who may be told with them."""
        question = step.question
        if question is None:
            return NOTHING
        fixed = {
            "on_the_line": "person",
            "guardian": "guardian",
            "go_on": self.going,
            "danger_signs": "no",
        }
        if question.field in fixed:
            return {"value": fixed[question.field]}
        match question.field:
            case "symptoms":
                return {"value": self._symptoms({one.value for one in question.choices})}
            case "onset":
                return {"value": self.onset.isoformat()} if self.onset else UNKNOWN
            case "special_places":
                kinds = {one.kind for one, _ in self.truth.settings(self.person)}
                return {"value": [one for one in SPECIAL if one in kinds] or ["none"]}
            case "visits":
                return {"value": self._visits()}
            case "others":
                return {"value": self._told(others)}
            case "support":
                return {"value": [self.streams.weighted(SUPPORT, "support", self.person.id)]}
        return UNKNOWN if question.may_be_unknown else NOTHING

    def named(self) -> list[MetContact]:
        """Return whom they name, those at home first."""
        return self.truth.met(self.person)[:MOST_NAMED]

    def row(self, met: MetContact) -> dict[str, Any]:
        """Return one row of the contact grid."""
        at_home = met.exposure_kind == "household"
        place = self.truth.town.setting[met.setting_id].name if met.setting_id else ""
        return {
            "given_name": met.said_given_name,
            "family_name": met.said_family_name,
            "phone": met.said_phone or "",
            "same_household": at_home,
            "exposure_kind": met.exposure_kind,
            "last_met_on": min(met.last_met_on, self.today),
            "place": "" if at_home else place,
            "informed_by": self._told_by(met, at_home=at_home),
        }

    def _told_by(self, met: MetContact, *, at_home: bool) -> str:
        key = (met.infection_id, met.person_id)
        if not at_home:
            return "case" if self.streams.chance(0.12, "tells them", *key) else "handler"
        of_town = self.truth.town.person[met.person_id]
        if (self.today - of_town.birth_on).days < 18 * 365.25:
            return "guardian"
        return "told_now" if self.streams.chance(0.55, "told now", *key) else "handler"

    def _symptoms(self, known: set[str]) -> list[str]:
        if self.onset is None:
            return ["none"]
        had: list[str] = [
            one
            for one in ("cough", "fever", "smell_taste")
            if one in known and self.streams.chance(0.6, "symptom", self.person.id, one)
        ]
        return had or ["cough"]

    def _visits(self) -> list[dict[str, str]]:
        infection = self.truth.infection(self.person)
        if infection is None:
            return []
        first = min(infection.infectious_from, self.today).isoformat()
        rows = []
        for setting, member in self.truth.settings(self.person):
            on = setting.held_on.isoformat() if setting.held_on else first
            if on > self.today.isoformat():
                continue
            rows.append(
                {
                    "kind": setting.kind,
                    "name": setting.name,
                    "postcode": setting.address.postcode,
                    "role": member.role,
                    "from_on": on,
                    "to_on": on,
                }
            )
        return rows

    def _told(self, others: list[Subject]) -> list[dict[str, str]]:
        """Return who of the others at home they pass it on to: mostly all of them."""
        rows = []
        for one in others:
            whom = self.truth.person(one.person_id)
            told = self.streams.chance(0.85, "passes on", self.person.id, whom.id if whom else "")
            rows.append({"ref": str(one.ref), "informed_by": "told_now" if told else "handler"})
        return rows
