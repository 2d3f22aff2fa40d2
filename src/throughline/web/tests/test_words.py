"""No code of the service's own is read by a person: each has its words, whatever it is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from markupsafe import Markup

from throughline.calling.queries import QueueLine
from throughline.definitions.load import shipped
from throughline.tracing.queries.case_cards import Reason
from throughline.web import words
from throughline.web.authority.questions.pages import because
from throughline.web.authority.queues.pages import board_of
from throughline.web.authority.upload.forms import UploadForm
from throughline.web.filters import labelled
from throughline.web.oversight.journal.pages import says

NOON = datetime(2020, 11, 3, 12, tzinfo=UTC)


def test_a_queue_is_named_by_language_skill_and_area() -> None:
    line = QueueLine(
        queue="case/1/data_fix/ur/zx8",
        waiting=1,
        oldest=NOON - timedelta(days=1),
        resting=0,
        leased=0,
    )
    (shown,) = board_of([line], at=NOON).queues
    assert shown.title == "Cases, Urdu"
    assert shown.parts == "tier 1, numbers to find, ZX8"


@pytest.mark.parametrize("code", ["en", "pl", "ur", "ar", "bn", "pt", "ro", "so"])
def test_every_language_of_the_line_has_a_name(code: str) -> None:
    assert words.language(code) != code


def test_every_rule_of_a_protocol_has_a_title_without_its_code() -> None:
    rules = {
        rule.name
        for stored in shipped()
        if stored.kind == "protocol"
        for rule in stored.form.complex  # type: ignore[attr-defined]
    }
    assert rules
    for name in rules:
        assert "_" not in words.rule(name)
        assert words.rule(name)[:1].isupper()
    assert words.rule("school_work_university") == "School, workplace or university"


def test_why_two_are_compared_is_one_line_what_is_the_same_first() -> None:
    found = because(
        [
            Reason(what="family_name", how="different", points=-6),
            Reason(what="phone", how="same", points=2),
            Reason(what="birth_date", how="same", points=9),
        ]
    )
    assert found == "Same: birth date, telephone. Different: family name"


def test_a_journal_entry_leaves_out_what_it_does_not_say_and_writes_moments_as_pages_do() -> None:
    told = says(
        {"escalations": [], "rows": 58, "over": False, "received_at": "2020-11-03T12:00:00+00:00"}
    )
    assert told == (("over", "no"), ("received at", "3 November 2020, 12:00"), ("rows", "58"))


def test_each_cell_of_a_table_carries_its_columns_title() -> None:
    shown = labelled(
        Markup('<th scope="row">Ada</th><td class="tl-num">3</td>\n<td>–</td>'),
        [{"title": "Name"}, {"title": "People"}, {"title": 'Told "how"'}],
    )
    assert shown == Markup(
        '<th role="rowheader" data-label="Name" scope="row">Ada</th>'
        '<td role="cell" data-label="People" class="tl-num">3</td>\n'
        '<td role="cell" data-label="Told &#34;how&#34;">–</td>'
    )


def test_the_errors_of_an_upload_stand_in_the_order_of_its_fields() -> None:
    form = UploadForm({}, {}, senders=[], mappings=[])
    assert not form.is_valid()
    assert [field.name for field in form if field.errors] == ["file", "sender"]
    named = UploadForm(
        {"sender": "new"}, {"file": SimpleUploadedFile("a.csv", b"a,b\n")}, senders=[], mappings=[]
    )
    assert not named.is_valid()
    assert [field.name for field in named if field.errors] == ["new_sender"]
