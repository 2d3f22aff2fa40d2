import pytest

from throughline.tracing.rules.complexity import (
    Complexity,
    LinkedSetting,
    complexity,
    tier_and_manager,
)
from throughline.tracing.rules.tests.protocols import DECEMBER, EVERY, JULY

WORKPLACE = LinkedSetting(ref="w1", kind="workplace")
CARE_HOME = LinkedSetting(ref="c1", kind="care_home")
RULE = "school_work_university"
SIMPLE = Complexity(escalations=(), suppressed=())


@pytest.mark.parametrize(
    ("protocol", "cases", "escalated", "suppressed"),
    [
        (JULY, 1, 1, 0),  # a single case was enough…
        (DECEMBER, 1, 0, 1),  # …until the rule changed: held back, and counted
        (DECEMBER, 2, 1, 0),  # the second reaches the threshold
    ],
)
def test_a_workplace_escalates_at_its_threshold_and_is_counted_below_it(
    protocol, cases, escalated, suppressed
):
    judged = complexity(protocol, [WORKPLACE], {("w1", RULE): cases})
    assert (len(judged.escalations), len(judged.suppressed)) == (escalated, suppressed)


def test_a_suppressed_escalation_names_its_rule_and_what_was_missing():
    held = complexity(DECEMBER, [WORKPLACE], {}).suppressed[0]
    assert (held.rule, held.setting, held.cases) == (RULE, "w1", 1)
    assert held.reason == ("1 case at this workplace in 14 days; the rule asks for 2.")


@pytest.mark.parametrize("kind", ["care_home", "hospital", "prison", "special_school"])
@pytest.mark.parametrize("protocol", EVERY)
def test_one_case_in_a_place_of_vulnerable_people_escalates_in_every_protocol(protocol, kind):
    assert complexity(protocol, [LinkedSetting(ref="s", kind=kind)], {}).is_complex


def test_a_setting_that_no_rule_names_changes_nothing():
    assert complexity(JULY, [LinkedSetting(ref="s", kind="cinema")], {}) == SIMPLE


def test_one_setting_may_escalate_while_another_is_held_back():
    judged = complexity(DECEMBER, [WORKPLACE, CARE_HOME], {})
    assert [one.setting for one in judged.escalations] == ["c1"]
    assert [one.setting for one in judged.suppressed] == ["w1"]


@pytest.mark.parametrize(
    ("subject", "settings", "hours", "expected"),
    [
        ("case", [], None, (2, "national", 24)),
        ("contact", [], None, (3, "national", 24)),
        ("case", [CARE_HOME], None, (1, "health_protection", None)),
        ("contact", [CARE_HOME], None, (1, "health_protection", None)),
        # Local first: the case at once, its contacts with the national callers.
        ("case", [], 0, (2, "local", None)),
        ("contact", [], 0, (3, "national", None)),
        # The area's own clock.
        ("case", [], 8, (2, "national", 8)),
        # A complex setting goes to health protection even where the local team comes first.
        ("case", [CARE_HOME], 0, (1, "health_protection", None)),
    ],
)
def test_tier_and_manager_follow_complexity_then_the_clock_of_the_area(
    subject, settings, hours, expected
):
    judged = complexity(JULY, settings, {})
    given = tier_and_manager(JULY, subject=subject, judged=judged, handover_hours=hours)
    assert (given.tier, given.managed_by, given.handover_hours) == expected
    assert given.reason.endswith(".")
