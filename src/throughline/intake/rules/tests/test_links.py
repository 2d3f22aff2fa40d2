"""Rows of lists of links, read by the mappings that come with the package."""

from datetime import UTC, date, datetime
from typing import cast

import pytest

from throughline.definitions import load
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.parsing import FileRefused, find_layout, rows
from throughline.intake.rules.compiled import compile_mapping
from throughline.intake.rules.links import Link, compile_links
from throughline.intake.rules.record import Fault
from throughline.intake.unpacking import unpacked

AT = datetime(2020, 10, 3, 10, 0, tzinfo=UTC)


def shipped(name: str) -> Mapping:
    return cast(Mapping, [one.form for one in load.shipped() if one.id == name][-1])


def read(name: str, *lines: str) -> list[Link | Fault]:
    form, data = shipped(name), "\n".join(lines).encode()
    text = data if form.file.format == "csv" else b"".join(unpacked([data], form))
    layout = find_layout(text, separator=form.file.separator)
    one = compile_links(form, layout.columns, received_at=AT)
    return [one(row.fields or []) for row in rows([text[layout.body.offset :]], layout)]


def test_a_contact_of_a_sormas_export_is_a_link_from_the_case_that_says_who_they_are() -> None:
    columns = ("uuid", "sourceCaseUuid", "disease", "lastContactDate", "person.uuid", "person.firstName",
               "person.lastName", "person.sex", "birthdate", "contactProximity", "person.phone",
               "contactClassification")  # fmt: skip
    (found,) = read(
        "sormas-contacts",
        ";".join(one.partition(".")[0] for one in columns),
        ";".join(columns),
        "##Id" + ";Caption" * (len(columns) - 1),
        "C-1;AB-1;CORONAVIRUS;01.10.2020;P-9;Änne;Müller;Weiblich;04.03.1980;PHYSICAL_CONTACT;soon;CONFIRMED",
    )
    assert isinstance(found, Link)
    assert (found.from_id, found.to_id, found.disease) == ("AB-1", "P-9", "covid")
    assert (found.exposure_kind, found.exposed_on) == ("direct", date(2020, 10, 1))
    assert (found.names_contact, found.family_name, found.sex) == (True, "Müller", "female")
    # A telephone that cannot be read holds up no contact.
    assert [note.column for note in found.notes] == ["person.phone"]


def met_as(proximity: str, classification: str) -> Link:
    """A contact of an English export, who met the case so and is classified so."""
    (found,) = read(
        "sormas-contacts",
        "Contact,Contact,Contact,Contact,Contact,Contact,Contact",
        "sourceCaseUuid,disease,lastContactDate,person.uuid,person.lastName,contactProximity,contactClassification",
        "##Source case ID,Disease,Date of last contact (M/d/yyyy),Person ID,Last name,Type of contact,Classification",
        f'AB-1,COVID-19,9/30/2020,P-9,Strohschank,"{proximity}",{classification}',
    )
    assert isinstance(found, Link)
    assert found.exposed_on == date(2020, 9, 30)
    return found


@pytest.mark.parametrize(
    ("caption", "kind"),
    [
        ("Touched fluid of source case", "direct"),
        ("Direct physical contact with source case", "direct"),
        ("Was in same room or house with source case", "proximity"),
        ("Airplane, sitting up to two rows in front or behind the source case ", "travel"),
        ("Personen mit direktem Kontakt zu Sekreten oder Körperflüssigkeiten", "direct"),
        ("Personen mit kumulativ mindestens 15-minütigem Gesichtskontakt", "proximity"),
        ("Medizinisches Personal >2m", "other"),
    ],
)
def test_how_somebody_met_a_case_of_sormas_is_read_from_its_captions(
    caption: str, kind: str
) -> None:
    assert met_as(caption, "Confirmed contact").exposure_kind == kind


@pytest.mark.parametrize(
    ("classification", "excluded"),
    [
        ("Confirmed contact", None),
        ("Unconfirmed contact", None),
        ("Unbestätigter Kontakt", None),
        ("Not a contact", "not_a_contact"),
        ("Kein Kontakt", "not_a_contact"),
    ],
)
def test_whom_sormas_found_to_be_no_contact_is_excluded_and_whom_it_has_not_confirmed_is_not(
    classification: str, excluded: str | None
) -> None:
    assert met_as("", classification).excluded == excluded


def test_a_relationship_of_go_data_is_a_link_by_the_numbers_of_its_cases() -> None:
    one, bad = read(
        "godata-contacts",
        "uuid,source_visualid,target_visualid,date_of_last_contact,exposure_type",
        "r1,CASE-1,CONTACT-4,2020-09-30,Direct Physical contact",
        "r2,CASE-1,NA,2020-09-30,Other",
    )
    assert isinstance(one, Link)
    assert (one.from_id, one.to_id, one.exposure_kind) == ("CASE-1", "CONTACT-4", "direct")
    assert not one.names_contact
    assert isinstance(bad, Fault)
    assert (bad.column, bad.reason) == ("target_visualid or target_uuid", "missing")


def test_who_has_no_case_number_in_go_data_is_linked_by_the_number_that_it_gave_them() -> None:
    head = "uuid,source_uuid,source_visualid,target_uuid,target_visualid,date_of_last_contact,exposure_type"
    one, two = read(
        "godata-contacts",
        head,
        "r1,u-1,,u-2,CASE-2,2020-09-30,Direct non-physical contact (within 1 meter) ",
        "r2,u-3,CASE-3,u-4,NA,2020-09-30,Direct physical contact ",
    )
    assert isinstance(one, Link)
    assert isinstance(two, Link)
    assert (one.from_id, one.to_id, one.exposure_kind) == ("u-1", "CASE-2", "proximity")
    assert (two.from_id, two.to_id, two.exposure_kind) == ("CASE-3", "u-4", "direct")


def test_the_same_meeting_has_the_same_content_whatever_else_the_row_says() -> None:
    head = "from,to,disease,exposure_kind,exposed_on,family_name"
    first, again, other = read(
        "links", head, "1,2,covid,direct,2020-10-01,", "1,2,covid,direct,2020-10-01,Quill", "1,2,covid,direct,2020-10-02,"
    )  # fmt: skip
    assert isinstance(first, Link)
    assert isinstance(again, Link)
    assert isinstance(other, Link)
    assert first.content == again.content != other.content


def test_a_mapping_of_links_reads_no_results_and_says_so() -> None:
    with pytest.raises(FileRefused, match="reads a list of links"):
        compile_mapping(shipped("links"), ["from", "to", "disease"], received_at=AT)
