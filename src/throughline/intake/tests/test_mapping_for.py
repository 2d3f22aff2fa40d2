"""Which mapping reads a file that comes without the name of one."""

from __future__ import annotations

import csv
import io
from typing import cast

import pytest

from throughline.definitions import queries as definitions
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.queries.mappings import mapping_for
from throughline.intake.tests.world import AT, load_rows, prepare, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def header_of(name: str) -> bytes:
    """A file of no rows that this mapping can read."""
    form = cast(Mapping, definitions.latest("mapping", name).form)
    columns = [
        column for source in (form.link or form.fields).values() for column in source.columns
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerow(dict.fromkeys(columns))
    return text.getvalue().encode()


def found(sender: str, name: str) -> str | None:
    return mapping_for(sender, lambda: [header_of(name)], at=AT)


def test_of_a_new_sender_it_is_the_one_that_fits() -> None:
    assert found("new", "measles-hagelloch-1861") == "measles-hagelloch-1861"
    assert found("new", "mers-korea-2015-contacts") == "mers-korea-2015-contacts"


def test_a_known_senders_links_are_read_by_the_one_that_fits_and_its_results_by_its_own_alone() -> (
    None
):
    load_rows(row(1), mapping="standard")
    assert found("lab", "mers-korea-2015-contacts") == "mers-korea-2015-contacts"
    # Another's dates and codes would be applied to it without a word.
    assert found("lab", "measles-hagelloch-1861") == "standard"
