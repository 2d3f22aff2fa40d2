from datetime import UTC, datetime

from throughline.intake.rules.repeats import Version, judge_repeat

FIRST = Version(content=b"a", reported_at=datetime(2020, 10, 1, 12, tzinfo=UTC))
LATER = datetime(2020, 10, 2, 12, tzinfo=UTC)


def test_a_report_never_seen_is_new() -> None:
    assert judge_repeat([], FIRST) == "new"


def test_the_same_report_again_is_a_duplicate() -> None:
    assert judge_repeat([FIRST], FIRST) == "duplicate"


def test_an_earlier_version_sent_again_after_its_correction_is_a_duplicate() -> None:
    corrected = Version(content=b"b", reported_at=LATER)
    assert judge_repeat([FIRST, corrected], FIRST) == "duplicate"


def test_other_content_reported_later_is_a_correction() -> None:
    assert judge_repeat([FIRST], Version(content=b"b", reported_at=LATER)) == "corrected"


def test_other_content_that_says_it_corrects_is_a_correction_at_any_time() -> None:
    said = Version(content=b"b", reported_at=FIRST.reported_at, status="corrected")
    assert judge_repeat([FIRST], said) == "corrected"


def test_other_content_of_the_same_time_is_a_conflict_for_a_person() -> None:
    assert judge_repeat([FIRST], Version(content=b"b", reported_at=FIRST.reported_at)) == "conflict"


def test_other_content_older_than_what_stands_is_a_version_that_came_late() -> None:
    corrected = Version(content=b"b", reported_at=LATER)
    late = Version(content=b"c", reported_at=FIRST.reported_at)
    assert judge_repeat([FIRST, corrected], late) == "late"


def test_an_original_overtaken_by_its_correction_of_the_same_moment_is_late() -> None:
    withdrawn = Version(content=b"b", reported_at=FIRST.reported_at, status="withdrawn")
    assert judge_repeat([withdrawn], FIRST) == "late"


def test_what_a_person_decided_stands_before_any_senders_word_of_that_moment() -> None:
    withdrawn = Version(content=b"b", reported_at=LATER, status="withdrawn")
    decided = Version(content=b"c", reported_at=FIRST.reported_at, status="decided")
    assert judge_repeat([FIRST, withdrawn], decided) == "corrected"
