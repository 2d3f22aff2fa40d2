"""A message's laboratory results, each with the person, specimen, report and answers that belong to it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from throughline.intake.parsing.fhir.bundles import Entry, Parcel, contained, parcel
from throughline.intake.parsing.fhir.document import Json
from throughline.intake.parsing.fhir.issues import Issue, Refused
from throughline.intake.parsing.fhir.reports import contradiction, speaking
from throughline.intake.parsing.fhir.shapes import check

# What stands around a result. Any other kind of resource is one that nobody here can read.
AROUND = frozenset(
    {
        "Patient", "Specimen", "DiagnosticReport", "ServiceRequest", "Organization", "Practitioner",
        "PractitionerRole", "Location", "Device", "Provenance", "MessageHeader", "Encounter",
        "RelatedPerson", "Composition", "Task",
    }
)  # fmt: skip
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One row to be: a result with what belongs to it, or, where there are issues, what could be none.

    `entry` is the number of the entry that it came in; `place` where its Observation stands, as a FHIRPath.
    """

    entry: int | None
    place: str
    roots: Mapping[str, Json]
    answers: Mapping[str, Json] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """An Observation, where it stands, in which entry, and the resource that its `#` references look into."""

    entry: Entry
    place: str
    observation: Json
    within: Json
    issues: tuple[Issue, ...]


def results(document: Json, *, questions: Collection[str]) -> tuple[Parcel, list[Result]]:
    """Return a message's results in order. `questions` are codes of Observations that answer, and are no result.

    Raises Refused for a message that holds none.
    """
    taken = parcel(document)
    found = list(_Reading(taken, questions).run())
    if not found:
        raise Refused(
            Issue(
                code="required",
                expression="Bundle.entry" if taken.type else "",
                sentence="The message holds no laboratory Observation, so that there is nothing to take: "
                "send the results themselves.",
            )
        )
    return taken, found


class _Reading:
    def __init__(self, taken: Parcel, questions: Collection[str]) -> None:
        self.parcel = taken
        self.questions = frozenset(questions)
        self.wrong = {
            id(entry.resource): (*entry.issues, *(check(entry.resource, entry.place) if entry.resource else ()))
            for entry in taken.entries
        }  # fmt: skip
        self.reports: dict[int, list[Json]] = {}
        for report in self._reports():
            for one in self._listed(report):
                self.reports.setdefault(id(one), []).append(report)
        self.used: set[int] = set()

    def run(self) -> Iterator[Result]:
        seen = [one for entry in self.parcel.entries for one in self._observations(entry)]
        answers: dict[int, dict[str, Json]] = {}
        asked = []
        for one in seen:
            if code := self._question(one.observation):
                subject = self._subject(one)
                asked.append((one, subject))
                if subject is not None:
                    answers.setdefault(id(subject), {}).setdefault(code, one.observation)
        tested = set()
        for one in seen:
            if self._question(one.observation):
                continue
            if not _is_result(one.observation) and not one.issues:
                continue
            subject = self._subject(one)
            tested.add(id(subject))
            yield self._result(one, subject, answers.get(id(subject), {}))
        for one, subject in asked:
            if subject is None or id(subject) not in tested or one.issues:
                yield self._alone(one)
        yield from self._strays()

    def _observations(self, entry: Entry) -> Iterator[_Seen]:
        kind = entry.resource.get("resourceType")
        issues = self.wrong[id(entry.resource)]
        if kind == "Observation":
            yield _Seen(
                entry=entry,
                place=entry.place,
                observation=entry.resource,
                within=entry.resource,
                issues=issues,
            )
        elif kind == "DiagnosticReport":
            for number, one in enumerate(contained(entry.resource)):
                if one.get("resourceType") == "Observation":
                    yield _Seen(
                        entry=entry,
                        place=f"{entry.place}.contained[{number}]",
                        observation=one,
                        within=entry.resource,
                        issues=issues,
                    )

    def _result(self, one: _Seen, subject: Json | None, answers: Mapping[str, Json]) -> Result:
        listing = self.reports.get(id(one.observation), ())
        report = speaking(listing) or (one.within if one.within is not one.observation else None)
        specimen = self.parcel.find(one.observation.get("specimen"), one.within)
        if specimen is None and report is not None:
            specimen = self.parcel.find(_first(report.get("specimen")), report)
        roots = {"Observation": one.observation}
        issues = [*one.issues, *_unfound(one, subject)]
        if contradicted := contradiction(one.observation, listing, one.place):
            issues.append(contradicted)
        for name, resource in (
            ("Patient", subject),
            ("Specimen", specimen),
            ("DiagnosticReport", report),
        ):
            if resource is None:
                continue
            roots[name] = resource
            if resource is not one.within:
                issues += self.wrong.get(id(resource), ())
                self.used.add(id(resource))
        return Result(
            entry=one.entry.number,
            place=one.place,
            roots=roots,
            answers=answers,
            issues=tuple(issues),
        )

    def _subject(self, one: _Seen) -> Json | None:
        found = self.parcel.find(one.observation.get("subject"), one.within)
        if found is None and (report := speaking(self.reports.get(id(one.observation), ()))):
            found = self.parcel.find(report.get("subject"), report)
        if found is None and one.within is not one.observation:
            found = self.parcel.find(one.within.get("subject"), one.within)
        return found

    def _question(self, observation: Json) -> str | None:
        return next((code for code in _codes(observation) if code in self.questions), None)

    def _reports(self) -> list[Json]:
        return [
            entry.resource
            for entry in self.parcel.entries
            if entry.resource.get("resourceType") == "DiagnosticReport"
        ]

    def _listed(self, report: Json) -> Iterator[Json]:
        """What a report lists, and the members of panels among it, which it need not list too."""
        seen: set[int] = set()
        left = [(reference, report) for reference in _items(report.get("result"))]
        while left:
            one = self.parcel.find(*left.pop())
            if one is not None and id(one) not in seen:
                seen.add(id(one))
                left += [(reference, one) for reference in _items(one.get("hasMember"))]
                yield one

    def _alone(self, one: _Seen) -> Result:
        if one.issues:
            return Result(entry=one.entry.number, place=one.place, roots={}, issues=one.issues)
        issue = Issue(
            code="not-found",
            expression=one.place,
            sentence=f"{one.place} answers a question about somebody of whom this message holds no result: "
            "send it with the result.",
        )
        return Result(entry=one.entry.number, place=one.place, roots={}, issues=(issue,))

    def _strays(self) -> Iterator[Result]:
        """What is left over: resources that nobody can read, reports without their results, and whatever is at fault."""
        for entry in self.parcel.entries:
            kind = entry.resource.get("resourceType")
            if kind == "Observation":
                continue
            issues = list(self.wrong[id(entry.resource)])
            if kind == "DiagnosticReport":
                issues += self._missing(entry)
            elif entry.resource and kind not in AROUND and not issues:
                issues.append(
                    Issue(
                        code="not-supported",
                        expression=entry.place,
                        sentence=f"{entry.place} is a {str(kind)[:40]}, which holds no laboratory result: "
                        "leave it out.",
                    )
                )
            if issues and id(entry.resource) not in self.used and not self._told_already(entry):
                yield Result(entry=entry.number, place=entry.place, roots={}, issues=tuple(issues))

    def _told_already(self, entry: Entry) -> bool:
        """Whether its own results carry what is wrong with a report."""
        return any(True for _ in self._observations(entry)) and not list(self._missing(entry))

    def _missing(self, entry: Entry) -> Iterator[Issue]:
        for number, reference in enumerate(_items(entry.resource.get("result"))):
            if self.parcel.find(reference, entry.resource) is None:
                place = f"{entry.place}.result[{number}]"
                yield Issue(
                    code="not-found",
                    expression=place,
                    sentence=f"{place} points at an Observation that is not in this message: send it along.",
                )


def _unfound(one: _Seen, subject: Json | None) -> Iterator[Issue]:
    told = one.observation.get("subject")
    if subject is None and isinstance(told, dict) and told.get("reference"):
        if told.get("identifier"):
            return
        place = f"{one.place}.subject"
        yield Issue(
            code="not-found",
            expression=place,
            sentence=f"{place} points at somebody who is not in this message: send the Patient along, in the "
            "Bundle or contained.",
        )


def _is_result(observation: Json) -> bool:
    """Not one that only gathers others, nor one that is of another kind than a laboratory's."""
    says = any(key.startswith("value") or key == "dataAbsentReason" for key in observation)
    if not says and observation.get("hasMember"):
        return False
    categories = {
        str(coding.get("code"))
        for category in _listed(observation.get("category"))
        for coding in _listed(category.get("coding"))
        if coding.get("system") == CATEGORY
    }
    return not categories or "laboratory" in categories


def _codes(observation: Json) -> Iterator[str]:
    code = observation.get("code")
    for coding in _listed(code.get("coding")) if isinstance(code, dict) else ():
        if isinstance(told := coding.get("code"), str):
            yield told


def _listed(value: Any) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else None
