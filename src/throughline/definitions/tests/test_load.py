"""Reading definitions: every mistake is named by file, key and reason."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from throughline.definitions import load, rules
from throughline.definitions.errors import (
    ChangedUnderVersionError,
    InvalidDefinitionError,
    NothingInForceError,
    UnreadableDefinitionError,
)

HEAD = """
[definition]
kind = "outcomes"
id = "small"
version = 1
valid_from = 2020-05-28
applies_to = "new"
title = "A small list"
reason = "For a test"
approved_by = "Nobody"
"""
ONE = """
[[outcome]]
code = "done"
title = "Done"
meaning = "It is done."
reached = true
told = true
final = true
retry = "none"
"""


def test_a_definition_reads_with_its_head_and_its_checked_body():
    found = load.parse(HEAD + ONE, file="small.toml")
    assert (found.kind, found.id, found.version) == ("outcomes", "small", 1)
    assert found.valid_from == date(2020, 5, 28)
    assert found.form.named("done").final


def test_all_that_is_shipped_is_valid_and_no_version_is_there_twice():
    names = [one.name for one in load.shipped()]
    assert "outcomes standard version 1" in names
    assert "calling england-2020 version 1" in names
    assert len(names) == len(set(names))


def test_the_stored_body_checks_again_and_keeps_its_fingerprint():
    for one in load.shipped():
        assert load.check(one.kind, one.body, file="stored") == one.form
        assert load.sha256_of(one.body) == one.sha256


def test_the_order_of_keys_does_not_change_the_fingerprint():
    assert load.sha256_of({"a": 1, "b": [1, 2]}) == load.sha256_of({"b": [1, 2], "a": 1})
    assert load.sha256_of({"b": [1, 2]}) != load.sha256_of({"b": [2, 1]})


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        (HEAD + ONE + "colour = 1\n", "outcome[1].colour", "not known here"),
        (HEAD + ONE.replace('"none"', '"soon"'), "outcome[1].retry", '"soon" is not allowed'),
        (HEAD + ONE.replace('title = "Done"\n', ""), "outcome[1].title", "missing"),
        (HEAD + ONE + ONE, "(whole file)", "code done is there twice"),
        (HEAD.replace("version = 1", 'version = "1"') + ONE, "definition.version", '"1" is not'),
        (HEAD.replace('"outcomes"', '"outcome"') + ONE, "definition.kind", '"outcome" is not'),
        (HEAD + ONE + "retry_hours = nan\n", "(whole file)", "not JSON compliant"),
    ],
)
def test_a_mistake_is_named_by_file_key_and_reason(text, key, reason):
    with pytest.raises(InvalidDefinitionError) as caught:
        load.parse(text, file="small.toml")
    assert str(caught.value).startswith(f"small.toml: {key}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[definition", "is not TOML"),
        ("", "has no [definition] table"),
        ("definition = 3", "has no"),
    ],
)
def test_a_file_that_is_no_definition_says_what_it_lacks(text, says):
    with pytest.raises(UnreadableDefinitionError, match=r"^other\.toml") as caught:
        load.parse(text, file="other.toml")
    assert says in str(caught.value)


def test_a_missing_or_badly_encoded_file_is_one_sentence(tmp_path: Path):
    with pytest.raises(UnreadableDefinitionError, match=r"There is no file gone\.toml"):
        load.read(tmp_path / "gone.toml")
    (tmp_path / "latin.toml").write_bytes(b"title = '\xe9'")
    with pytest.raises(UnreadableDefinitionError, match="not UTF-8 text at byte 9"):
        load.read(tmp_path / "latin.toml")
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbf" + (HEAD + ONE).encode())
    assert load.read(tmp_path / "bom.toml").id == "small"


def test_a_changed_body_under_a_known_version_is_refused():
    first = load.parse(HEAD + ONE, file="a")
    changed = load.parse(HEAD + ONE.replace("It is done.", "It is over."), file="b")
    moved = load.parse(HEAD.replace("05-28", "05-29") + ONE, file="c")
    assert rules.is_new(first, [])
    assert not rules.is_new(first, [first])
    for other in (changed, moved):
        with pytest.raises(ChangedUnderVersionError, match="give the change version 2"):
            rules.is_new(other, [first])


@dataclass(frozen=True, kw_only=True)
class V:
    version: int
    valid_from: date
    applies_to: str
    kind: str = "protocol"
    id: str = "p"
    sha256: str = ""


def test_a_version_for_new_things_leaves_older_things_to_the_older_version():
    old = V(version=1, valid_from=date(2020, 5, 28), applies_to="new")
    new = V(version=2, valid_from=date(2020, 7, 30), applies_to="new")
    day = date(2020, 8, 1)
    assert rules.governing([old, new], opened=date(2020, 7, 29), on=day) == old
    assert rules.governing([old, new], opened=date(2020, 7, 30), on=day) == new


def test_a_version_for_open_things_governs_older_things_from_its_day():
    old = V(version=1, valid_from=date(2020, 5, 28), applies_to="new")
    new = V(version=2, valid_from=date(2020, 12, 14), applies_to="open")
    opened = date(2020, 12, 8)
    assert rules.governing([old, new], opened=opened, on=date(2020, 12, 13)) == old
    assert rules.governing([old, new], opened=opened, on=date(2020, 12, 14)) == new


def test_a_day_before_every_version_is_an_error_and_not_a_guess():
    with pytest.raises(NothingInForceError, match="2020-01-01"):
        rules.governing([], opened=date(2020, 1, 1), on=date(2020, 1, 1))
