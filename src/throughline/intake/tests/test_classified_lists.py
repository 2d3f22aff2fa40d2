"""Cases of another service's list from suspicion to confirmation, and back: each time the list is exported anew."""

from __future__ import annotations

import pytest

from throughline.intake.queries import receipt
from throughline.intake.queries.outcomes import outcomes
from throughline.intake.tests.world import keep, load_file, prepare, work
from throughline.people.models import Person
from throughline.tracing.models import Case, Contact, TestResult

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = "uuid;disease;person.uuid;person.firstName;person.lastName;caseClassification;reportDate;symptoms.onsetDate"


def exported(classification: str) -> bytes:
    """The export of one case, as a German user downloads it."""
    captions = "##Fall-ID" + ";Feld" * PATHS.count(";")
    row = f"AB-1;COVID-19;P-1;Änne;Müller;{classification};01.10.2020;28.09.2020"
    return "\n".join([PATHS.replace(".", ""), PATHS, captions, row]).encode()


def test_a_suspicion_opens_no_case_the_confirmation_does_and_no_case_closes_it_as_in_error() -> (
    None
):
    prepare()
    told = [
        load_file(exported(word), sender="amt", mapping="sormas-cases")
        for word in ("A. klin-diagnost.", "C. klin-labor. bestät.", "X. kein Fall")
    ]
    assert [(one.accepted, one.corrected, one.quarantined) for one in told] == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 1, 0),
    ]
    assert [(one.positives, one.cases_opened) for one in told] == [(0, 0), (1, 1), (0, 0)]
    assert all(one.balances for one in told)
    assert Case.objects.get().outcome == "in_error"
    stands = TestResult.objects.get(superseded_by=None)
    assert (stands.result, stands.exclusion) == ("void", "not_a_case")


def test_no_contact_of_a_list_is_kept_and_makes_nobody_a_contact_until_they_are_found_to_be_one() -> (
    None
):
    prepare()
    load_file(exported("C. klin-labor. bestät."), sender="amt", mapping="sormas-cases")
    columns = (
        "sourceCaseUuid;disease;lastContactDate;person.uuid;person.lastName;contactClassification"
    )
    head = [columns.replace(".", ""), columns, "##Fall" + ";Feld" * columns.count(";")]
    for classification, (links, contacts) in {
        "Kein Kontakt": (0, 0),
        "Bestätigter Kontakt": (1, 1),
    }.items():
        data = "\n".join([*head, f"AB-1;COVID-19;29.09.2020;P-9;Ney;{classification}"]).encode()
        ref = keep(data, sender="amt", mapping="sormas-contacts")
        work()
        found = receipt(ref)
        assert (found.accepted, found.links, found.balances) == (1, links, True)
        assert (Contact.objects.count(), Person.objects.count()) == (contacts, 1 + contacts)
        (row,) = outcomes(ref)
        assert row.sentence.endswith("tells of a contact" if links else "tells of no contact")
