"""Start, stop, and kill -9 of each part of the service."""

from __future__ import annotations

import os
import signal
import subprocess

import psutil
import pytest

from throughline.server import logins, postgres

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def service(lasting_service):
    """One that is killed in every way, one after the other, and remembers something all the while."""
    lasting_service.start()
    with logins.connect_as_superuser(lasting_service.home, "throughline") as connection:
        connection.execute("CREATE TABLE public.remembered AS SELECT 42 AS answer")
    return lasting_service


def remembers(service) -> bool:
    with logins.connect_as_superuser(service.home, "throughline") as connection:
        return connection.execute("SELECT answer FROM public.remembered").fetchone() == (42,)


def test_one_server_serves_a_home_and_ctrl_c_stops_all_of_it(new_service) -> None:
    service = new_service
    service.start()
    assert all(service.answers(name) for name in ("desk", "authority", "public", "intake"))
    assert service.processes("worker")

    second = subprocess.run(
        service.command, env=service.environment, capture_output=True, timeout=30, check=False
    )
    assert second.returncode == 2
    assert b"runs already; stop it first" in second.stderr

    service.process.send_signal(signal.SIGINT)

    assert service.process.wait(40) == 0
    assert service.processes() == []
    assert postgres.status(service.home) is None


def test_after_a_killed_supervisor_nothing_survives_and_the_next_start_repairs(service) -> None:
    service.kill()
    service.eventually(lambda: not service.processes() and postgres.status(service.home) is None)

    service.restart()
    assert remembers(service)


def test_everything_killed_at_once_is_repaired_by_the_next_start(service) -> None:
    everything = [*service.processes(), *_database_processes(service)]
    service.process.kill()
    for process in everything:
        if process.is_running():
            process.kill()
    service.process.wait()

    service.restart()
    assert remembers(service)


def test_a_killed_part_is_started_again_with_nothing_lost(service) -> None:
    first = postgres.status(service.home)
    os.kill(first, signal.SIGKILL)
    service.eventually(lambda: postgres.status(service.home) not in (None, first))
    service.eventually(lambda: _ready(service))
    assert remembers(service)

    for name in ("desk", "worker"):
        before = {process.pid for process in service.processes(name)}
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        service.eventually(lambda name=name, before=before: _replaced(service, name, before))
    service.eventually(lambda: service.answers("desk"))


def test_after_all_that_it_stops_in_order(service) -> None:
    assert service.stop() == 0
    assert service.processes() == []


def _replaced(service, name: str, before: set[int]) -> bool:
    now = {process.pid for process in service.processes(name)}
    return bool(now) and not now & before


def _ready(service) -> bool:
    pid_file = postgres.data_folder(service.home) / "postmaster.pid"
    return pid_file.exists() and "ready" in pid_file.read_text()


def _database_processes(service) -> list[psutil.Process]:
    pid = postgres.status(service.home)
    assert pid is not None, "the test before left no database; psutil would take None for ourselves"
    postmaster = psutil.Process(pid)
    return [postmaster, *postmaster.children(recursive=True)]
