"""SORMAS exports: three header rows, repeated columns, local dates; and Go.Data's cleaned list."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import cast

import pytest

from throughline.definitions import load
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.parsing import FileRefused, find_layout, rows
from throughline.intake.rules.compiled import compile_mapping
from throughline.intake.rules.record import Fault, Record
from throughline.intake.unpacking import head_of, sormas, unpacked

AT = datetime(2020, 10, 3, 10, 0, tzinfo=UTC)
PATHS = (
    "uuid", "disease", "person.uuid", "person.firstName", "person.lastName", "person.sex", "birthdate",
    "reportDate", "symptoms.onsetDate", "caseClassification", "sampleDateTime1", "vaccineName",
    "vaccineName", "person.address.street", "person.address.houseNumber", "person.address.postalCode",
)  # fmt: skip
ROW = (
    "AB-1", "CORONAVIRUS", "P-1", "Änne", "Müller; Meier", "FEMALE", "04.03.1980", "02.10.2020 09:15",
    "28.09.2020", "CONFIRMED", "01.10.2020 08:00", "One", "Two", "Lindenweg", "7 b", "99999",
)  # fmt: skip


def shipped(name: str) -> Mapping:
    """Return a mapping that comes with the package."""
    return cast(Mapping, next(one.form for one in load.shipped() if one.id == name))


def export(*data: tuple[str, ...], separator: str = ";", encoding: str = "utf-8") -> bytes:
    """Return an export as SORMAS writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    writer.writerow([path.partition(".")[0].capitalize() for path in PATHS])
    writer.writerow(PATHS)
    writer.writerow(["##Id", *["Caption"] * (len(PATHS) - 1)])
    writer.writerows(data)
    return text.getvalue().encode(encoding)


def read(data: bytes, name: str) -> list[Record | Fault]:
    """Read a file as the worker does, with a shipped mapping."""
    form = shipped(name)
    packed = form.file.format != "csv"
    text = b"".join(unpacked([data[:100], data[100:]], form)) if packed else data
    layout = find_layout(text, encoding=form.file.encoding, separator=form.file.separator)
    to_record = compile_mapping(form, layout.columns, received_at=AT)
    return [to_record(row.fields or []) for row in rows([text[layout.body.offset :]], layout)]


@pytest.mark.parametrize("separator", [";", ","])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252"])
def test_a_case_of_an_export_is_a_result_whatever_its_separator_and_encoding(
    separator: str, encoding: str
) -> None:
    (found,) = read(export(ROW, separator=separator, encoding=encoding), "sormas-cases")
    assert isinstance(found, Record)
    assert (found.report_id, found.disease, found.sex) == ("AB-1", "covid", "female")
    assert (found.given_name, found.family_name) == ("Änne", "Müller; Meier")
    assert (str(found.birth_date), str(found.onset_on)) == ("1980-03-04", "2020-09-28")
    assert found.taken_at == datetime(2020, 10, 1, 6, 0, tzinfo=UTC)
    assert found.reported_at == datetime(2020, 10, 2, 7, 15, tzinfo=UTC)
    assert found.address_line_1 == "Lindenweg 7 b"


def test_repeated_columns_are_told_apart_by_number() -> None:
    header, row = sormas.flat([export(ROW)], shipped("sormas-cases"))
    assert [name for name in header if name.startswith("vaccine")] == [
        "vaccineName",
        "vaccineName 2",
    ]
    assert row[header.index("vaccineName 2")] == "Two"


def test_what_is_not_confirmed_opens_no_case_and_a_broken_row_says_why() -> None:
    suspect = tuple("SUSPECT" if value == "CONFIRMED" else value for value in ROW)
    excluded, broken = read(export(suspect, ROW[:5]), "sormas-cases")
    assert isinstance(excluded, Record)
    assert excluded.excluded == "not_confirmed"
    assert isinstance(broken, Fault)
    assert broken.allowed.startswith("The row has 5 columns and the header 16")


def test_a_file_without_the_captions_is_refused_with_what_is_missing() -> None:
    form = shipped("sormas-cases")
    with pytest.raises(FileRefused, match="not a SORMAS export"):
        head_of([b"uuid;disease\n1;EVD\n"], form)
    with pytest.raises(FileRefused, match="begins with ##"):
        list(sormas.flat([b"##first\nuuid\n"], form))


def test_a_case_of_go_data_is_a_result_with_its_source_as_a_link() -> None:
    header = "uuid,case_id,firstName,lastName,gender,age,classification,date_of_reporting,date_of_onset,source_visualid"
    lines = (
        "u1,CASE-1,Ada,Quill,FEMALE,41,CONFIRMED,2020-10-02,2020-09-28,CASE-7",
        "u2,CASE-2,Bo,NA,NA,NA,SUSPECT,2020-10-02T00:00:00Z,NA,NA",
        "u3,CASE-3,Cy,Ash,Other,12,CONFIRMED,soon,NA,NA",
    )
    one, two, three = read("\n".join([header, *lines]).encode(), "godata-cases")
    assert isinstance(one, Record)
    assert (one.patient_id, one.infector_ids, one.age) == ("CASE-1", ("CASE-7",), 41)
    assert isinstance(two, Record)
    assert (two.excluded, two.family_name, two.sex) == ("not_confirmed", None, "unknown")
    assert isinstance(three, Fault)
    assert (three.column, three.reason) == ("date_of_reporting", "not_a_date")
