"""The front page tells of work; how many were reached is told by the figures, with what they were counted from."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from pytest_django.fixtures import Settings

from throughline.intake.tests.world import prepare
from throughline.tracing.tests.world import HOUR, NOON, World, claim, positives
from throughline.web.authority.front import views
from throughline.web.tests.access.scene import signed_in
from throughline.web.tests.access.test_access import _be

pytestmark = pytest.mark.django_db


def test_cases_and_contacts_of_today_are_work_with_no_rate_and_lead_to_the_figures(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare()
    _be("authority", settings)
    browser = signed_in(World.made().authority())
    positives([claim("Priya", "Sharma", phones=("+447700900001",))])
    monkeypatch.setattr(views.clock, "now", lambda: NOON + HOUR)
    page = browser.get(reverse("front")).content.decode()
    (section,) = re.findall(r'aria-labelledby="people">.*?</section>', page, re.DOTALL)
    assert re.findall(r"tl-tile__figure\">(\d+)", section) == ["1", "1", "0", "0"]
    assert "%" not in section
    assert f'href="{reverse("figures")}"' in section
