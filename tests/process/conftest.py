"""A service of its own for each process test: own home, own ports, nothing of the session's database."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from tests.homes import CLI, environment_of, home_of_its_own, listens

from throughline.server.home import Home
from throughline.server.leftovers import MARK

START_SECONDS = 90.0


@dataclass(kw_only=True)
class Service:
    """A supervisor under test."""

    home: Home
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 1
    command: tuple[str, ...] = (*CLI, "server", "--no-demonstration")

    def start(self) -> None:
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # On a restart the old announcement is in the file already.
        self.eventually(lambda: self.announced() >= self.starts, START_SECONDS)

    @property
    def output(self) -> Path:
        return self.home.folder / "output.txt"

    def announced(self) -> int:
        assert self.process is not None
        text = self.output.read_text()
        assert self.process.poll() is None, text
        return text.count("Ready.")

    def restart(self) -> None:
        self.starts += 1
        self.start()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def processes(self, name: str = "") -> list[psutil.Process]:
        """The service's processes, those of one login if named; the supervisor is not among them."""
        found = []
        for process in psutil.process_iter():
            try:
                environment = process.environ()
            except psutil.Error:
                continue
            if environment.get(MARK) == str(self.home.folder) and (
                not name or environment["THROUGHLINE_PROCESS"] == name
            ):
                found.append(process)
        return found

    def answers(self, name: str) -> bool:
        return listens(self.home.port(name))

    @staticmethod
    def eventually(condition: Callable[[], bool], seconds: float = 30.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "this did not come true in time"
            time.sleep(0.05)


@pytest.fixture
def service() -> Iterator[Service]:
    """A service, prepared but not started; whatever is left of it at the end is removed."""
    with home_of_its_own(prepared=True) as home:
        yield from _cleared_up(Service(home=home, environment=environment_of(home)))


@pytest.fixture(scope="module")
def lasting_service() -> Iterator[Service]:
    """A service for all tests of a file, prepared but not started."""
    with home_of_its_own(prepared=True) as home:
        yield from _cleared_up(Service(home=home, environment=environment_of(home)))


@pytest.fixture
def new_service() -> Iterator[Service]:
    """A service as a newcomer has it: an empty home, in which nothing was ever made."""
    with home_of_its_own(prepared=False) as home:
        yield from _cleared_up(Service(home=home, environment=environment_of(home)))


def _cleared_up(service: Service) -> Iterator[Service]:
    yield service
    if service.process is not None:
        service.process.kill()
        service.process.wait()
    for process in service.processes():
        process.kill()
