"""A whole report taken back or amended: its results go by it, and whoever was told is told that it was wrong."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from throughline.calling.models import WorkItem
from throughline.core import clock
from throughline.intake.models import IncomingRow
from throughline.intake.queries.held import open_held
from throughline.intake.tests.fhir import SNOMED, Json, bundle, observation, patient
from throughline.intake.tests.world import work
from throughline.tracing.models import Case, TestResult
from throughline.tracing.tests.world import BORN, DAY, FLAT, HOUR, NOON, POSTCODE, Desk, World
from throughline.web.door.tests.conftest import Machine

pytestmark = pytest.mark.django_db

NEGATIVE = {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "260415000"}]}}


@pytest.fixture(autouse=True)
def _by_day(lab: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is rung at night."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


def written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def report(status: str, *, more: Json | None = None) -> Json:
    """A Bundle with one Observation that is final, and the report that lists it."""
    at = {"issued": written(NOON - HOUR), "effectiveDateTime": written(NOON - DAY)}
    tested = observation(**at, **(more or {}))
    home = {"line": [FLAT.line_1, FLAT.line_2], "city": FLAT.town, "postalCode": POSTCODE}
    who = patient(birthDate=BORN.isoformat(), address=[home])
    whole: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "status": status,
        "code": {"text": "SARS-CoV-2"},
        "result": [{"reference": "urn:uuid:x1"}],
    }
    return bundle(who, tested, whole, urls={0: "urn:uuid:p1"})


def panel(status: str) -> Json:
    """A Bundle whose report lists a panel alone, of which the Observation is a member."""
    whole = report(status)
    entries = [one["resource"] for one in whole["entry"]]
    entries[2]["result"] = [{"reference": "urn:uuid:x3"}]
    gathers = observation(2, hasMember=[{"reference": "urn:uuid:x1"}])
    del gathers["valueCodeableConcept"]
    return bundle(*entries, gathers, urls={0: "urn:uuid:p1"})


def sent(lab: Machine, bundle: Json) -> str:
    """Post a Bundle; return where its row stands when it was read."""
    known = set(IncomingRow.objects.values_list("message_id", flat=True))
    assert lab.post("/fhir", bundle).status_code == 200
    work(at=NOON)
    return IncomingRow.objects.exclude(message_id__in=known).get().place


def told() -> None:
    """Somebody rings the case and talks with them."""
    desk = Desk.next(World.made().agent())
    desk.ring()
    desk.talk(Case.objects.get().id)
    desk.end()


@pytest.mark.parametrize(
    ("status", "more"),
    [
        ("entered-in-error", None),
        ("cancelled", None),
        ("amended", NEGATIVE),
        ("corrected", NEGATIVE),
    ],
)
def test_whoever_was_told_of_a_report_that_is_taken_back_or_turns_negative_is_told_that_it_was_wrong(
    lab: Machine, status: str, more: Json | None
) -> None:
    assert sent(lab, report("final")) == "accepted"
    told()
    assert sent(lab, report(status, more=more)) == "corrected"
    case = Case.objects.get()
    assert (case.outcome, case.retraction) == ("in_error", "owed")
    assert list(WorkItem.objects.exclude(state="closed").values_list("kind", flat=True)) == [
        "retraction"
    ]


def test_a_report_that_takes_nothing_back_makes_no_new_version(lab: Machine) -> None:
    assert sent(lab, report("partial")) == "accepted"
    assert sent(lab, report("final")) == "duplicate"
    assert sent(lab, report("appended")) == "duplicate"
    assert TestResult.objects.count() == 1


def test_the_same_withdrawal_in_other_words_is_a_duplicate(lab: Machine) -> None:
    sent(lab, report("final"))
    assert sent(lab, report("cancelled")) == "corrected"
    assert sent(lab, report("entered-in-error")) == "duplicate"


def test_a_report_that_is_withdrawn_takes_back_the_members_of_its_panels(lab: Machine) -> None:
    assert sent(lab, panel("final")) == "accepted"
    assert sent(lab, panel("entered-in-error")) == "corrected"
    assert Case.objects.get().outcome == "in_error"


def reports(*statuses: str, own: str = "final") -> Json:
    """A Bundle with one Observation and a report of each status that lists it."""
    who, tested, whole = (one["resource"] for one in report("final", more={"status": own})["entry"])
    return bundle(
        who, tested, *(whole | {"status": one} for one in statuses), urls={0: "urn:uuid:p1"}
    )


BOTH = [("final", "entered-in-error"), ("entered-in-error", "final"), ("cancelled", "amended")]


@pytest.mark.parametrize("statuses", BOTH, ids=" then ".join)
def test_a_result_that_one_report_withdraws_and_another_lets_stand_waits_for_a_person(
    lab: Machine, statuses: tuple[str, str]
) -> None:
    assert sent(lab, report("final")) == "accepted"
    found = lab.post("/fhir", reports(*statuses))
    assert found.status_code == 422
    (issue, *_) = found.json()["issue"]
    assert (issue["code"], issue["expression"]) == ("conflict", ["Bundle.entry[1].resource"])
    assert all(repr(status) in issue["diagnostics"] for status in statuses)
    work(at=NOON)
    assert Case.objects.get().outcome == "open", "neither is taken for true"
    assert open_held().count == 1


@pytest.mark.parametrize("statuses", BOTH, ids=" then ".join)
def test_a_result_withdrawn_by_itself_is_withdrawn_whatever_its_reports_say(
    lab: Machine, statuses: tuple[str, str]
) -> None:
    sent(lab, report("final"))
    assert sent(lab, reports(*statuses, own="entered-in-error")) == "corrected"
    assert Case.objects.get().outcome == "in_error"


@pytest.mark.parametrize(
    "statuses", [("amended", "final"), ("final", "amended")], ids=" then ".join
)
def test_a_report_that_amends_outranks_one_that_does_not_in_either_order(
    lab: Machine, statuses: tuple[str, str]
) -> None:
    sent(lab, report("final"))
    assert sent(lab, reports(*statuses)) == "corrected"
