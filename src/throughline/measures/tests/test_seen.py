"""What was looked at and found right is not looked at again, until the system says that a file was changed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from throughline.measures import MeasuresError, open_events, seen
from throughline.measures.manifest import Expected
from throughline.measures.tests import spec

RIGHT = """
case_id | transferred_at   | outcome
a       | 2020-06-04 10:00 | open
b       | 2020-06-04 10:00 | open
"""
TWICE = RIGHT.replace("\nb ", "\na ")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one table, where what was seen is kept beside it and relied on at once."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(seen, "GRACE", 0)
    folder = tmp_path / "events"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"cut_at": "2020-08-20T00:00:00Z"}))
    spec.write_csv(folder / "cases.csv", RIGHT)
    return folder


def ask(folder: Path) -> float | None:
    return open_events(folder).measure("cases.transferred")[0].numerator


def marks(folder: Path) -> list[Path]:
    return sorted((folder.parent / "cache").rglob("*/tables/*"))


def test_a_table_found_right_is_relied_on_the_next_time(folder: Path) -> None:
    assert ask(folder) == 2
    assert len(marks(folder)) == 1
    spec.write_csv(folder / "cases.csv", TWICE)
    noted = seen.mark([folder / "cases.csv"], repr(Expected()))
    assert noted is not None
    # As if it had been found right as it is now.
    seen.keep(noted)
    assert ask(folder) == 2


def test_a_table_found_wrong_is_wrong_the_next_time(folder: Path) -> None:
    spec.write_csv(folder / "cases.csv", TWICE)
    for _ in range(2):
        with pytest.raises(MeasuresError, match="twice"):
            ask(folder)
    assert marks(folder) == []


def test_a_file_changed_to_the_same_length_and_time_is_looked_at_again(folder: Path) -> None:
    path = folder / "cases.csv"
    before = path.stat()
    assert ask(folder) == 2
    spec.write_csv(path, TWICE)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    with pytest.raises(MeasuresError, match="twice"):
        ask(folder)


def test_another_promise_is_looked_at_again(folder: Path) -> None:
    assert ask(folder) == 2
    promise = {"cut_at": "2020-08-20T00:00:00Z", "tables": {"cases": {"rows": 3}}}
    (folder / "manifest.json").write_text(json.dumps(promise))
    with pytest.raises(MeasuresError, match="promises 3"):
        ask(folder)


def test_files_that_are_too_new_are_not_relied_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "GRACE", 3_600_000_000_000)
    assert ask(folder) == 2
    assert marks(folder) == []


def test_where_nothing_can_be_kept_figures_are_given_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder.parent / "a file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "a file"))
    assert ask(folder) == 2
