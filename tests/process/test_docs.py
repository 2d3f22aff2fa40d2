"""The how-to guides do what they say: their files are written and their commands run, in order."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.homes import CLI, ROOT, environment_of, home_of_its_own, listens

from throughline.server.home import Home
from throughline.server.parts import all_parts

pytestmark = pytest.mark.process

GUIDES = (
    "load-results",
    "load-a-new-list",
    "send-results-over-the-api",
    "add-an-outcome",
    "add-a-local-team",
    "publish-the-bulletin",
)
BLOCK = re.compile(r"^```(\w+)(?: (\w+)=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OURS = shlex.join(CLI)
DOOR = "PORT_OF_THE_DOOR"


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    """A prepared database in a home of its own, and the senders' door before it."""
    with home_of_its_own(prepared=True) as home:
        environment = environment_of(home) | {DOOR: str(home.port("intake"))}
        done(f"{OURS} db start", home.folder, environment)
        with serving(home, environment):
            yield environment
        done(f"{OURS} db stop", home.folder, environment)


@contextmanager
def serving(home: Home, environment: dict[str, str]) -> Iterator[None]:
    """Have the senders' door open, as the supervisor opens it."""
    part = next(one for one in all_parts(home) if one.name == "intake")
    door = subprocess.Popen(part.command, env=environment | {"THROUGHLINE_PROCESS": "intake"})
    ends = time.monotonic() + 60
    while not listens(home.port("intake")):
        assert time.monotonic() < ends, "the door did not open in time"
        time.sleep(0.1)
    yield
    door.terminate()
    door.wait(20)


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
    text = (ROOT / "docs" / "how-to" / f"{guide}.md").read_text(encoding="utf-8")
    assert run_in_order(text, tmp_path, environment) > 3


def run_in_order(text: str, folder: Path, environment: dict[str, str]) -> int:
    """Write the files and run the commands of a page, in its order, and return how many commands there were."""
    (folder / "src").symlink_to(ROOT / "src")
    ran = 0
    for language, key, value, body in BLOCK.findall(text):
        if key == "file":
            (folder / value).write_text(body, encoding="utf-8")
        if language == "python":
            body = f"{sys.executable} -c {shlex.quote(body)}"
        elif language != "console":
            continue
        for line in [body] if language == "python" else body.splitlines():
            command = line.removeprefix("$ ").replace("script/throughline", OURS)
            command = command.replace("127.0.0.1:8003", f"127.0.0.1:{environment.get(DOOR)}")
            result = done(command, folder, environment)
            wanted = int(value) if key == "exit" else 0
            assert result.returncode == wanted, f"{line}\n{result.stdout}{result.stderr}"
            ran += 1
    return ran


def test_the_readme_gets_from_a_csv_to_a_cascade_chart(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    _, _, section = text.partition("## From a CSV of your own to a cascade chart in five minutes")
    section, _, _ = section.partition("\n## ")
    # As a newcomer has it: no home of a service, no database.
    environment = environment_of(Home(folder=tmp_path / "home", port_base=0, as_root=False))
    assert run_in_order(section, tmp_path, environment) == 5
    assert not (tmp_path / "home").exists()
    drawn, shown = tmp_path / "cascade.svg", ROOT / "docs" / "cascade.svg"
    assert told_in(drawn) == told_in(shown), f"copy what the README's commands draw to {shown}"
    assert told_in(shown)[0] in text


def told_in(picture: Path) -> list[str]:
    """Return the title and the description of a picture."""
    return re.findall(r"<(?:title|desc)>(.*?)</", picture.read_text(encoding="utf-8"))
