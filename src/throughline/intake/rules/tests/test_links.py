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
    return cast(Mapping, next(one.form for one in load.shipped() if one.id == name))


def read(name: str, *lines: str) -> list[Link | Fault]:
    form, data = shipped(name), "\n".join(lines).encode()
    text = data if form.file.format == "csv" else b"".join(unpacked([data], form))
    layout = find_layout(text, separator=form.file.separator)
    one = compile_links(form, layout.columns, received_at=AT)
    return [one(row.fields or []) for row in rows([text[layout.body.offset :]], layout)]


def test_a_contact_of_a_sormas_export_is_a_link_from_the_case_that_says_who_they_are() -> None:
    columns = ("uuid", "sourceCaseUuid", "disease", "lastContactDate", "person.uuid", "person.firstName",
               "person.lastName", "person.sex", "birthdate", "contactProximity", "person.phone")  # fmt: skip
    (found,) = read(
        "sormas-contacts",
        ";".join(one.partition(".")[0] for one in columns),
        ";".join(columns),
        "##Id" + ";Caption" * (len(columns) - 1),
        "C-1;AB-1;CORONAVIRUS;01.10.2020;P-9;Änne;Müller;Weiblich;04.03.1980;PHYSICAL_CONTACT;soon",
    )
    assert isinstance(found, Link)
    assert (found.from_id, found.to_id, found.disease) == ("AB-1", "P-9", "covid")
    assert (found.exposure_kind, found.exposed_on) == ("direct", date(2020, 10, 1))
    assert (found.names_contact, found.family_name, found.sex) == (True, "Müller", "female")
    # A telephone that cannot be read holds up no contact.
    assert [note.column for note in found.notes] == ["person.phone"]


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
    assert (bad.column, bad.reason) == ("target_visualid", "missing")


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
