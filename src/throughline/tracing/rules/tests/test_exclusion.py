from dataclasses import replace
from datetime import date

import pytest

from throughline.tracing.rules.exclusion import TestResult, exclusion_reason
from throughline.tracing.rules.tests.protocols import EBOLA, JULY

GOOD = TestResult(
    result="positive",
    test_kind="pcr",
    specimen_on=date(2020, 10, 3),
    received_on=date(2020, 10, 5),
    area="E06000001",
)
SHORT = JULY.model_copy(update={"accept": JULY.accept.model_copy(update={"oldest_days": 28})})


@pytest.mark.parametrize(
    ("change", "protocol", "areas", "reason"),
    [
        ({}, JULY, None, None),
        ({"result": "negative"}, JULY, None, "negative"),
        ({"result": "void"}, JULY, None, "void"),
        # A suspected case of a line list.
        ({"result": "suspected"}, EBOLA, None, "not_positive"),
        # No protocol for the disease.
        ({}, None, None, "not_notifiable"),
        # A negative is a negative first, whatever the disease.
        ({"result": "negative"}, None, None, "negative"),
        ({}, JULY, ["E06000001"], None),
        ({}, JULY, ["E06000002"], "outside_jurisdiction"),
        # Not knowing where somebody lives is no reason to drop them.
        ({"area": None}, JULY, ["E06000002"], None),
        ({"test_kind": "antibody"}, JULY, None, "test_kind"),
        ({"test_kind": None}, JULY, None, None),
        # Unknown is also stored as nothing written.
        ({"area": "", "test_kind": ""}, JULY, ["E06000002"], None),
        ({"specimen_on": None}, JULY, None, "no_date"),
        # Received on the day it was taken, and a day before it was taken.
        ({"received_on": date(2020, 10, 3)}, JULY, None, None),
        ({"received_on": date(2020, 10, 2)}, JULY, None, "future_specimen"),
        # A limit includes its last day.
        ({"received_on": date(2020, 10, 31)}, SHORT, None, None),
        ({"received_on": date(2020, 11, 1)}, SHORT, None, "too_old"),
        # Without a limit a result of any age opens a case.
        ({"received_on": date(2026, 1, 1)}, JULY, None, None),
    ],
)
def test_a_result_opens_a_case_or_has_one_reason_not_to(change, protocol, areas, reason):
    assert exclusion_reason(replace(GOOD, **change), protocol=protocol, areas=areas) == reason
