"""A result's own status, and its report's."""

from __future__ import annotations

import pytest

from throughline.intake.rules.statuses import prevailing


@pytest.mark.parametrize(
    ("own", "of_report", "stands"),
    [
        # What a report takes back is taken back, whatever its results say of themselves.
        ("final", "withdrawn", "withdrawn"),
        ("preliminary", "withdrawn", "withdrawn"),
        ("corrected", "withdrawn", "withdrawn"),
        ("final", "corrected", "corrected"),
        ("preliminary", "corrected", "corrected"),
        # A result can be taken back within a report that stands.
        ("withdrawn", "corrected", "withdrawn"),
        ("withdrawn", None, "withdrawn"),
        ("corrected", "corrected", "corrected"),
        # A report that takes nothing back leaves its results their own.
        ("preliminary", None, "preliminary"),
        ("final", None, "final"),
    ],
)
def test_the_status_that_takes_back_most_stands(
    own: str, of_report: str | None, stands: str
) -> None:
    assert prevailing(own, of_report) == stands
