"""A watched folder: what is whole is taken once, moved, and has its receipt beside it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from throughline.cli.intake import watching
from throughline.cli.intake.watching import Watch
from throughline.intake.models import Message
from throughline.intake.tests.test_hl7 import message
from throughline.intake.tests.world import as_csv, prepare, row
from throughline.tracing.models import TestResult

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def watch(folder: Path, *, rest: float = 0.0, source: str = "lab") -> Watch:
    return Watch(folder=folder, source=source, mapping=None, rest=rest, told=lambda _: None)


def receipt_of(file: Path) -> dict[str, object]:
    return json.loads(file.with_name(file.name + ".receipt.json").read_text())


def test_a_file_is_taken_once_its_size_rests(tmp_path: Path) -> None:
    file = tmp_path / "results.hl7"
    file.write_bytes(message())
    folder = watch(tmp_path)
    assert folder.look() == 0
    file.write_bytes(message() + b"\rOBX|2|CWE|94558-4||POS")
    assert folder.look() == 0
    assert folder.look() == 1
    assert not file.exists()
    assert receipt_of(tmp_path / "taken" / "results.hl7")["accepted"] == 2


def test_a_file_whose_sender_says_that_it_is_done_is_taken_at_once(tmp_path: Path) -> None:
    (tmp_path / "results.hl7").write_bytes(message())
    (tmp_path / "results.hl7.done").touch()
    assert watch(tmp_path, rest=60).look() == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["taken"]


def test_a_file_that_changed_a_moment_ago_waits(tmp_path: Path) -> None:
    file = tmp_path / "results.hl7"
    file.write_bytes(message())
    folder = watch(tmp_path, rest=60)
    assert (folder.look(), folder.look()) == (0, 0)
    os.utime(file, (1, 1))
    assert (folder.look(), folder.look()) == (0, 1)


def test_what_cannot_be_read_is_moved_aside_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "a.hl7").write_bytes(message())
    (tmp_path / "b.hl7").write_bytes(b"BHS|^~\\&|lab\r" + message(2) + b"\rBTS|9")
    assert watch(tmp_path).look_once() == 2
    assert "so that the file is not whole" in str(
        receipt_of(tmp_path / "refused" / "b.hl7")["refused"]
    )
    assert TestResult.objects.count() == 1


def test_what_is_still_written_and_what_is_hidden_are_left_alone(tmp_path: Path) -> None:
    for name in (".hidden.hl7", "results.hl7.part", "results.hl7.done"):
        (tmp_path / name).write_bytes(message())
    (tmp_path / "taken").mkdir()
    assert watch(tmp_path).look_once() == 0
    assert not Message.objects.exists()


def test_killed_before_it_is_moved_a_file_is_moved_at_the_next_look_and_taken_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "results.csv"
    file.write_bytes(as_csv([row(1), row(2)]))
    with monkeypatch.context() as patch:
        patch.setattr(watching.Watch, "_move", killed)
        with pytest.raises(KeyboardInterrupt):
            watch(tmp_path).look_once()
    assert (file.exists(), TestResult.objects.count()) == (True, 2)
    assert watch(tmp_path).look_once() == 1
    assert receipt_of(tmp_path / "taken" / "results.csv")["accepted"] == 2
    assert (Message.objects.count(), TestResult.objects.count()) == (1, 2)


def killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_name_that_comes_again_takes_nothing_elses_place(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "results.hl7").write_bytes(message(number, filler=f"F{number}"))
        assert watch(tmp_path).look_once() == 1
    assert sorted(one.name for one in (tmp_path / "taken").glob("*.hl7")) == [
        "results-2.hl7",
        "results.hl7",
    ]
