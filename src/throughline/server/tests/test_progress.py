"""Whoever waits sees what goes on and how far it is: on a terminal while it goes on, in a file once it is over."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from throughline.server.keeper import Keeper
from throughline.server.parts import Part
from throughline.server.progress import progress


def fill() -> None:
    with progress("Filling") as step:
        for day in (1, 1, 2):
            step.is_at(f"Day {day} of 2")


def test_on_a_terminal_one_line_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = os.openpty()
    with os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        fill()
        said = b""
        while not said.endswith(b"\n"):
            said += os.read(ours, 1000)
    os.close(ours)
    shown = said.decode().split("\r\x1b[K")
    assert shown[:3] == ["Filling …", "Filling … Day 1 of 2", "Filling … Day 2 of 2"]
    assert re.fullmatch(r"Filling … \d+\.\d s\s+", shown[3])


def test_a_file_gets_one_line_a_step(capsys: pytest.CaptureFixture[str]) -> None:
    fill()
    assert re.fullmatch(r"Filling … \d+\.\d s\n", capsys.readouterr().err)


def test_what_ends_early_is_said_to_have_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(KeyboardInterrupt), progress("Filling"):
        raise KeyboardInterrupt
    assert capsys.readouterr().err == "Filling … stopped.\n"


def test_how_far_a_process_is_stands_in_the_last_line_of_its_own_log(tmp_path: Path) -> None:
    log = tmp_path / "start.log"
    log.write_text("Day 9 of a fill before\n")
    script = "print('Day 1'); print('Day 2'); print('Da', end='')"
    keeper = Keeper(
        part=Part(name="days", command=(sys.executable, "-c", script)), log=log, say=print
    )
    keeper.start()
    assert keeper.process is not None
    keeper.process.wait()
    assert keeper.last_line() == "Day 2"
    log.write_text("Day 9 of a fill before\n")
    assert keeper.last_line() == ""
