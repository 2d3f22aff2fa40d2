"""The how-to guides do what they say: their files are written and their commands run, in order."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.homes import CLI, ROOT, environment_of, home_of_its_own

pytestmark = pytest.mark.process

GUIDES = ("load-results", "add-an-outcome", "add-a-local-team", "publish-the-bulletin")
BLOCK = re.compile(r"^```(\w+)(?: (\w+)=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OURS = shlex.join(CLI)


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """A prepared database in a home of its own, and nothing running beside it."""
    with home_of_its_own(prepared=True) as home:
        environment = environment_of(home)
        done(f"{OURS} db start", home.folder, environment)
        yield environment
        done(f"{OURS} db stop", home.folder, environment)


def done(
    command: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("guide", GUIDES)
def test_the_guide_does_what_it_says(
    guide: str, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "src").symlink_to(ROOT / "src")
    text = (ROOT / "docs" / "how-to" / f"{guide}.md").read_text(encoding="utf-8")
    ran = 0
    for language, key, value, body in BLOCK.findall(text):
        if key == "file":
            (tmp_path / value).write_text(body, encoding="utf-8")
        if language != "console":
            continue
        for line in body.splitlines():
            command = line.removeprefix("$ ").replace("script/throughline", OURS)
            result = done(command, tmp_path, environment)
            wanted = int(value) if key == "exit" else 0
            assert result.returncode == wanted, f"{line}\n{result.stdout}{result.stderr}"
            ran += 1
    assert ran > 3
