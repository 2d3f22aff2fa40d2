"""Dates of SORMAS exports in the form that their captions name."""

from __future__ import annotations

import pytest

from throughline.definitions.forms.mapping import Mapping
from throughline.intake.rules.record import Record
from throughline.intake.unpacking import sormas
from throughline.intake.unpacking.tests.test_sormas import read, shipped

COLUMNS = {
    "uuid": "##Case ID",
    "disease": "Disease",
    "person.uuid": "Person ID",
    "person.lastName": "Last name",
    "birthdate": "Date of birth (year / month / day)",
    "reportDate": "Date of report ({})",
    "caseClassification": "Case classification",
    "symptoms.onsetDate": "Date of symptom onset ({})",
    "quarantineChangeComment": "Quarantine change comment",
}


def export(form: str, born: str, reported: str, onset: str) -> bytes:
    """An export of one confirmed case, its dates in this form."""
    row = ("AB-1", "COVID-19", "P-1", "Savoia", born, reported, "Confirmed case", onset, "3/4/2020")
    lines = [
        "x," * len(COLUMNS),
        ",".join(COLUMNS),
        ",".join(COLUMNS.values()).replace("{}", form),
        ",".join(row),
    ]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("form", "born", "reported", "onset"),
    [
        ("M/d/yyyy", "3/4/1980", "10/2/2020", "9/3/2020"),
        ("dd/MM/yyyy", "4/3/1980", "02/10/2020", "03/09/2020"),
        ("dd.MM.yyyy", "4.3.1980", "02.10.2020", "03.09.2020"),
    ],
)
def test_a_date_is_read_in_the_form_that_the_captions_name(
    form: str, born: str, reported: str, onset: str
) -> None:
    (found,) = read(export(form, born, reported, onset), "sormas-cases")
    assert isinstance(found, Record)
    assert (str(found.birth_date), str(found.onset_on)) == ("1980-03-04", "2020-09-03")
    assert str(found.reported_at.date()) == "2020-10-02"


def test_only_dates_are_written_anew_and_only_where_they_are_some() -> None:
    data = export("M/d/yyyy", "1980", "10/2/2020", "")
    header, row = sormas.flat([data], shipped("sormas-cases"))
    said = dict(zip(header, row, strict=True))
    assert (said["birthdate"], said["reportDate"], said["symptoms.onsetDate"]) == (
        "1980",
        "2020-10-02",
        "",
    )
    assert said["quarantineChangeComment"] == "3/4/2020"


def test_what_a_mapping_reads_itself_stays_as_it_is_sent() -> None:
    form = shipped("sormas-cases")
    own = form.file.model_copy(update={"dates": ["%m/%d/%Y"]})
    mapping: Mapping = form.model_copy(update={"file": own})
    header, row = sormas.flat([export("M/d/yyyy", "3/4/1980", "10/2/2020", "")], mapping)
    assert row[header.index("reportDate")] == "10/2/2020"
