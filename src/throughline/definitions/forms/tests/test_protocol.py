from pathlib import Path

import pytest

from throughline.definitions.errors import InvalidDefinitionError
from throughline.definitions.forms.protocol_in_words import describe
from throughline.definitions.load import FILES, parse, read

SHIPPED = sorted((FILES / "protocol").glob("*.toml"))
TEXT = (FILES / "protocol" / "covid-england-2.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "key", "reason"),
    [
        ("gap_days = 90", "gap_days = 0", "episode.gap_days", "greater than or equal to 1"),
        ("gap_days = 90", "gap_days = true", "episode.gap_days", "valid integer"),
        ("gap_days = 90", "gap_days = 90\ngap = 90", "episode.gap", "not known here"),
        ("to_day = 10", "to_day = -3", "infectious", "to_day -3 lies before from_day -2"),
        (
            'kind = "travel"',
            'kind = "lorry"',
            "contact[5].kind",
            "'household', 'direct', 'proximity', 'travel' or 'other'",
        ),
        (
            "more_than_minutes = 15",
            "more_than_minutes = 15\nat_least_minutes = 15",
            "contact[4]",
            "keep one",
        ),
        ("[2, 4, 7, 10, 13]", "[2, 4, 4]", "follow_up", "each named once"),
        (
            "[2, 4, 7, 10, 13]",
            "[2, 15]",
            "follow_up",
            "day 15 comes after the contact's last day 14",
        ),
        ('takes = ["contact"]', 'takes = ["case"]', "tier", "exactly one must"),
        ("number = 3", "number = 2", "tier", "number 2 is used twice"),
        ("contact_days = 14", "", "isolation.contact_days", "missing"),
        ("handover_hours = 24", "handover_hours = -1", "calling.handover_hours", "-1 is not"),
    ],
)
def test_a_wrong_protocol_is_refused_naming_file_key_and_reason(old, new, key, reason):
    assert old in TEXT
    with pytest.raises(InvalidDefinitionError) as caught:
        parse(TEXT.replace(old, new), file="covid.toml")
    assert (caught.value.file, caught.value.key) == ("covid.toml", key)
    assert reason in caught.value.reason


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_protocol_has_its_identity_in_its_file_name(path: Path):
    found = read(path)
    assert path.stem == f"{found.id}-{found.version}"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_protocol_reads_as_whole_sentences(path: Path):
    pairs = describe(read(path).form)
    assert len(pairs) > 12
    for title, words in pairs:
        assert title[0].isupper()
        assert words.endswith(".")
        assert "_" not in title + words
        assert "None" not in words.split()


def test_the_page_says_what_each_change_in_england_changed():
    may, july, december = (
        dict(describe(read(FILES / "protocol" / f"covid-england-{version}.toml").form))
        for version in (1, 2, 3)
    )
    assert may["A case isolates"].startswith("Until the end of day 7 after day 0.")
    assert july["A case isolates"].startswith("Until the end of day 10 after day 0.")
    assert july["Infectious days"].startswith(
        "From 2 days before day 0 to 10 days after day 0, both included."
    )
    assert july["A contact"].startswith("Isolates until the end of day 14")
    assert december["A contact"].startswith("Isolates until the end of day 10")
    work = "Complex setting: school work university"
    assert july[work].startswith("A single case")
    assert december[work].startswith("2 cases or more in 14 days (fewer are counted")


def test_the_page_says_when_a_clinician_decides_and_when_nothing_is_complex():
    ebola = read(FILES / "protocol" / "ebola-1.toml").form
    words = dict(describe(ebola.model_copy(update={"complex": ()})))
    assert words["A case isolates"].startswith("Until a clinician ends it; no date is told.")
    assert words["A contact"].startswith("Watches for symptoms until the end of day 21")
    assert words["Complex settings"] == "None: every case goes to the national callers."
    assert words["Asked how they are"].startswith("Every day from day 1 to day 21")
