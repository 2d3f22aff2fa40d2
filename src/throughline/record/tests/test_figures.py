"""The figures on the pages: those of the live tables at their moment, kept by day, with their entry."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import orjson
import pytest
from django.db import transaction

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.journal.models import Entry
from throughline.measures import MEASURES, open_events
from throughline.record.actions import compute_figures, export_events
from throughline.record.models import Figure
from throughline.record.queries import days_of_figure, figures_of_now
from throughline.record.tasks import TASKS
from throughline.tracing.tests.world import DAY, NOON

pytestmark = pytest.mark.usefixtures("day_of_work")

CUT = NOON + 2 * DAY


def compute(at: datetime = CUT) -> int:
    with transaction.atomic(), acting(Role.EXPORT):
        return compute_figures(at=at)


@pytest.mark.django_db
def test_a_figure_says_which_version_of_its_definition_made_it() -> None:
    compute()
    assert figures_of_now()["cases.reached"].version == MEASURES["cases.reached"].version


@pytest.mark.django_db
def test_a_later_computation_replaces_that_of_its_day_and_keeps_those_of_the_days_before() -> None:
    compute(CUT)
    first = compute(CUT + DAY / 24)
    compute(CUT + DAY)
    days = days_of_figure("cases.transferred", limit=5)
    assert [one.cut_at for one in days] == [CUT + DAY, CUT + DAY / 24]
    assert Figure.objects.count() == 2 * first


@pytest.mark.django_db
def test_the_entry_holds_the_hash_of_what_the_pages_show() -> None:
    compute(CUT + 3 * DAY)
    entry = Entry.objects.filter(kind="record.figures_computed").latest("id")
    shown = figures_of_now()
    # In the order of the declarations, as computed.
    texts = [
        orjson.dumps(shown[id_].answers, option=orjson.OPT_SORT_KEYS).decode()
        for id_ in MEASURES
        if id_ in shown
    ]
    assert entry.body["measures"] == len(texts)
    assert entry.body["sha256"] == sha256("\n".join(texts).encode()).hexdigest()


@pytest.mark.django_db
def test_before_the_first_computation_there_is_no_figure() -> None:
    assert figures_of_now() == {}
    assert days_of_figure("cases.reached", limit=5) == []


@pytest.mark.django_db
def test_the_worker_computes_them_in_the_role_that_may_only_read_and_then_rests() -> None:
    (task,) = TASKS
    assert task.role is Role.EXPORT
    with transaction.atomic(), acting(task.role):
        assert task.run(CUT) == 0
    assert figures_of_now()


def test_every_figure_on_a_page_is_the_one_that_an_export_of_its_moment_gives(
    tmp_path: Path,
) -> None:
    compute()
    exported = open_events(export_events(tmp_path / "events", by=None, at=CUT).folder)
    shown = figures_of_now()
    assert len(shown) > 60
    told = {
        id_: [one.as_dict() for one in exported.measure(id_, by="week", from_="2020-09-10")]
        for id_ in shown
    }
    for id_, one in shown.items():
        assert one.answers == orjson.loads(orjson.dumps(told[id_], default=float)), id_
