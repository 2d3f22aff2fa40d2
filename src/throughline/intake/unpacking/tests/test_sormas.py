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
    """Return the newest version of a mapping that comes with the package."""
    return cast(Mapping, [one.form for one in load.shipped() if one.id == name][-1])


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


def classified(word: str) -> Record | Fault:
    """Return what a case of this classification is read as."""
    (found,) = read(
        export(tuple(word if one == "CONFIRMED" else one for one in ROW)), "sormas-cases"
    )
    return found


@pytest.mark.parametrize(
    "caption",
    [
        "CONFIRMED_NO_SYMPTOMS",
        "Confirmed case",
        "Confirmed case with unknown symptoms",
        "Confirmed case with no symptoms",
        "C. klin-labor. bestät.",
        "C. Klinisch-labordiagnostisch bestätigt",
        "D. labor. ohne klin. Bild.",
        "E. Labordiagnostisch bei unbekannter Klinik",
        "Bestätigter Fall ohne Symptome",
    ],
)
def test_a_case_that_sormas_confirmed_is_a_positive_in_either_language(caption: str) -> None:
    found = classified(caption)
    assert isinstance(found, Record)
    assert (found.result, found.excluded, found.status) == ("positive", None, "final")


@pytest.mark.parametrize(
    ("caption", "reason"),
    [
        ("SUSPECT", "not_confirmed"),
        ("Not yet classified", "not_confirmed"),
        ("Suspect case", "not_confirmed"),
        ("Possible case", "not_confirmed"),
        ("Probable case", "not_confirmed"),
        ("0. nicht klassif.", "not_confirmed"),
        ("A. klin-diagnost.", "not_confirmed"),
        ("B. klin-epidem. bestät.", "not_confirmed"),
        ("Verdachtsfall", "not_confirmed"),
        ("Not a case", "not_a_case"),
        ("X. kein Fall", "not_a_case"),
        ("Kein Fall", "not_a_case"),
    ],
)
def test_what_is_not_confirmed_is_no_positive_and_opens_no_case_with_its_reason(
    caption: str, reason: str
) -> None:
    found = classified(caption)
    assert isinstance(found, Record)
    assert (found.result, found.excluded) == ("void", reason)


def test_a_case_of_no_classification_or_an_unknown_one_waits_with_one_sentence() -> None:
    empty, unknown = classified(""), classified("Cas confirmé")
    assert isinstance(empty, Fault)
    assert (empty.column, empty.reason) == ("caseClassification", "missing")
    assert isinstance(unknown, Fault)
    assert (unknown.column, unknown.value) == ("caseClassification", "Cas confirmé")
    assert "values that its mapping names are allowed, so correct it or add it" in unknown.allowed
    assert len(unknown.allowed) < 120


@pytest.mark.parametrize("name", ["sormas-cases", "godata-cases"])
def test_of_a_classification_every_value_is_positive_or_excluded_and_never_both(name: str) -> None:
    form = shipped(name)
    codes = form.fields["result"].codes
    void = sorted(code for code, result in codes.items() if result == "void")
    assert sorted(one for rule in form.excluded for one in rule.values) == void
    assert sorted(form.fields["status"].codes) == void
    assert len(codes) == len({code.casefold() for code in codes})


def test_a_sample_taken_after_the_case_was_reported_is_no_fault() -> None:
    later = tuple("02.10.2020 18:00" if one == "01.10.2020 08:00" else one for one in ROW)
    (found,) = read(export(later), "sormas-cases")
    assert isinstance(found, Record)
    assert found.taken_at == found.reported_at == datetime(2020, 10, 2, 16, 0, tzinfo=UTC)


def test_a_broken_row_says_why() -> None:
    (broken,) = read(export(ROW[:5]), "sormas-cases")
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
        "u4,CASE-4,Di,Elm,NA,12,NOT_A_CASE_DISCARDED,2020-10-02,NA,NA",
        "u5,CASE-5,Ed,Fir,NA,12,NA,2020-10-02,NA,NA",
        "u6,CASE-6,Fay,Gum,NA,12,Confirmado,2020-10-02,NA,NA",
        "u7,CASE-7,Gil,Hay,NA,12,LNG_REFERENCE_DATA_CATEGORY_CASE_CLASSIFICATION_CONFIRMED,2020-10-02,NA,NA",
    )
    one, two, three, four, five, six, seven = read(
        "\n".join([header, *lines]).encode(), "godata-cases"
    )
    assert isinstance(one, Record)
    assert (one.patient_id, one.infector_ids, one.age) == ("CASE-1", ("CASE-7",), 41)
    assert isinstance(two, Record)
    assert (two.excluded, two.family_name, two.sex) == ("not_confirmed", None, "unknown")
    assert isinstance(four, Record)
    assert isinstance(seven, Record)
    assert [found.result for found in (one, two, four, seven)] == [
        "positive",
        "void",
        "void",
        "positive",
    ]
    assert (four.excluded, seven.excluded) == ("not_a_case", None)
    assert isinstance(three, Fault)
    assert (three.column, three.reason) == ("date_of_reporting", "not_a_date")
    assert isinstance(five, Fault)
    assert isinstance(six, Fault)
    assert (five.column, five.reason) == ("classification", "missing")
    assert (six.column, six.value, six.reason) == ("classification", "Confirmado", "unknown_code")
