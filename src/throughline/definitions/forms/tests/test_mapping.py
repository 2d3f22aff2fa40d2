from typing import Any

import pytest
from pydantic import ValidationError

from throughline.definitions.forms.mapping import Mapping
from throughline.definitions.load import FILES, read


def body(**changed: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "report_id": {"column": "id"},
        "disease": {"constant": "measles"},
        "result": {"column": "result"},
        "full_name": {"column": "name"},
    }
    fields |= changed.pop("fields", {})
    written = {"meaning": "One row, one result."} | changed.pop("file", {})
    return {"file": written, "fields": {k: v for k, v in fields.items() if v is not None}} | changed


def test_a_plain_mapping_is_allowed() -> None:
    form = Mapping.model_validate(body())
    assert form.fields["full_name"].columns == ["name"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"fields": {"surname": {"column": "x"}}}, "'surname' is no field of a result"),
        ({"fields": {"result": None}}, "fields.result is missing"),
        ({"fields": {"full_name": None}}, "nothing says whose result it is"),
        ({"fields": {"sex": {}}}, "names none"),
        ({"fields": {"sex": {"column": "a", "constant": "male"}}}, "names column, constant"),
        ({"fields": {"sex": {"column": "a", "codes": {"m": "man"}}}}, "'man' is no code of sex"),
        ({"fields": {"age": {"earliest_of": ["a", "b"]}}}, "age is not a date"),
        ({"fields": {"age": {"column": "a", "split": ","}}}, "age takes one value"),
        ({"fields": {"birth_date": {"column": "b", "dates": ["%d/%m/%y"]}}}, "two digits"),
        (
            {"fields": {"birth_date": {"column": "b", "dates": ["%d/%m/%Y", "%m/%d/%Y"]}}},
            "keep one order",
        ),
        ({"file": {"zone": "Mars/Olympus"}}, "is not a time zone"),
        ({"case": {"reached": {"column": "a"}}}, "'reached' is no column of a case"),
        ({"contact": {"onset_on": {"column": "a"}}}, "'onset_on' is no column of a contact"),
        (
            {"case": {"outcome": {"column": "a", "codes": {"y": "done"}}}},
            "'done' is no code of outcome",
        ),
        ({"contact": {"setting": {"column": "a", "dates": ["%Y-%m-%d"]}}}, "setting is not a date"),
        ({"case": {"x_ward": {"column": "a", "split": ","}}}, "x_ward takes one value"),
    ],
)
def test_a_mapping_that_could_not_be_meant_is_refused_with_what_to_do(
    wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Mapping.model_validate(body(**wrong))


def test_a_mapping_may_say_how_cases_and_contacts_were_traced_with_columns_of_ones_own() -> None:
    outcome = {"column": "Outcome", "codes": {"spoken to": "reached"}, "default": "open"}
    form = Mapping.model_validate(
        body(
            case={"outcome": outcome, "x_ward": {"column": "Ward"}},
            contact={"identified_at": {"column": "Named on"}, "x_seat": {"column": "Seat"}},
        )
    )
    assert form.case["outcome"].codes == {"spoken to": "reached"}
    assert form.contact["x_seat"].columns == ["Seat"]


def test_the_status_alone_is_outranked() -> None:
    above = {"column": "Report", "codes": {"wrong": "withdrawn"}}
    fields = body()["fields"]
    status = {"column": "Status", "outranked_by": above}
    form = Mapping.model_validate(body(fields=fields | {"status": status}))
    assert form.columns[-2:] == ["Status", "Report"]
    town = {"column": "Town", "outranked_by": above}
    with pytest.raises(ValidationError, match="outranked_by belongs to status"):
        Mapping.model_validate(body(fields=fields | {"town": town}))


def test_every_mapping_that_comes_with_the_project_is_valid_and_named_as_its_file() -> None:
    paths = sorted((FILES / "mapping").glob("*.toml"))
    assert len(paths) >= 5
    for path in paths:
        definition = read(path)
        assert path.name == f"{definition.id}-{definition.version}.toml"
        assert isinstance(definition.form, Mapping)


@pytest.mark.parametrize(
    ("forms", "told_apart"),
    [
        (["%d/%m/%Y", "%Y-%m-%d"], True),
        (["%m/%d/%Y", "%Y%m%d"], True),
        (["%d/%m/%Y", "%m/%d/%Y"], False),
        (["%Y-%m-%d", "%Y-%d-%m"], False),
        (["%d.%m.%Y %H:%M", "%m.%d.%Y"], False),
    ],
)
def test_forms_of_which_one_value_could_be_two_days_are_refused(
    forms: list[str], told_apart: bool
) -> None:
    body = {
        "file": {"meaning": "Each row is a result.", "dates": forms},
        "fields": {
            "report_id": {"column": "id"},
            "disease": {"constant": "covid"},
            "result": {"column": "result"},
            "family_name": {"column": "name"},
            "birth_date": {"column": "born"},
        },
    }
    if told_apart:
        Mapping.model_validate(body)
    else:
        with pytest.raises(ValidationError, match="keep one order"):
            Mapping.model_validate(body)


PAIR = {"from_id": {"column": "from"}, "to_id": {"column": "to"}, "disease": {"constant": "mers"}}


def links(**changed: Any) -> dict[str, Any]:
    link = {k: v for k, v in (PAIR | changed.pop("link", {})).items() if v is not None}
    return {
        "file": {"meaning": "One row, one link."} | changed.pop("file", {}),
        "link": link,
    } | changed


def test_a_mapping_of_links_needs_the_two_persons_and_the_disease() -> None:
    assert Mapping.model_validate(links()).sources["to_id"].columns == ["to"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"link": {"to_id": None}}, "link.to_id is missing"),
        ({"link": {"result": {"column": "x"}}}, "'result' is no field of a link"),
        ({"link": {"exposure_kind": {"constant": "hug"}}}, "'hug' is no code of exposure_kind"),
        ({"link": {"to_id": {"column": "to", "split": ","}}}, "to_id takes one value"),
        ({"fields": body()["fields"]}, "results or links, and this maps both"),
        ({"file": {"format": "hl7"}}, "hl7 messages hold results"),
    ],
)
def test_a_mapping_of_links_that_could_not_be_meant_is_refused(
    wrong: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Mapping.model_validate(links(**wrong))
