"""The embedded server: made, started, stopped, repaired."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time

import psutil
import pytest

from throughline.server import access, locks, logins, postgres
from throughline.server.errors import DownError
from throughline.server.home import Home
from throughline.server.testing import FAST

pytestmark = pytest.mark.process


def answer(home: Home, query: str) -> object:
    with logins.connect_as_superuser(home) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_it_listens_on_a_private_socket_and_on_no_port(lasting_server: Home) -> None:
    assert answer(lasting_server, "SELECT current_setting('listen_addresses')") == ""
    assert stat.S_IMODE(lasting_server.socket_folder.stat().st_mode) == 0o700
    pid = postgres.status(lasting_server)
    assert pid is not None
    assert psutil.Process(pid).net_connections(kind="inet") == []
    assert psutil.Process(pid).uids().real != 0


def test_it_keeps_text_as_unicode_with_checked_pages(lasting_server: Home) -> None:
    assert answer(lasting_server, "SELECT current_setting('server_encoding')") == "UTF8"
    assert answer(lasting_server, "SELECT current_setting('data_checksums')") == "on"
    assert answer(lasting_server, "SELECT current_setting('TimeZone')") == "UTC"


def test_what_was_committed_survives_a_kill_and_a_number_taken_by_a_stranger(server: Home) -> None:
    with logins.connect_as_superuser(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    pid = postgres.status(server)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while postgres.status(server) is not None:
        time.sleep(0.01)
    # After a crash the recorded number may belong to anyone: here, to this test.
    pid_file = postgres.data_folder(server) / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(pid), str(os.getpid()), 1))

    process = postgres.start(server, extra=FAST)

    assert process is not None
    assert answer(server, "SELECT answer FROM kept") == 42
    postgres.stop(server)
    process.wait()


def test_of_two_starters_one_starts_it(home: Home) -> None:
    code = (
        "from throughline.server import home, postgres\n"
        "process = postgres.start(home.current())\n"
        "print(process is not None)\n"
    )
    starters = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(2)
    ]
    said = sorted(starter.communicate(timeout=60)[0] for starter in starters)
    assert said == [b"False\n", b"True\n"]


def test_the_last_command_to_end_stops_what_a_command_started(home: Home) -> None:
    with postgres.running(home):
        with postgres.running(home):
            pass
        assert postgres.status(home) is not None
        with locks.shared(postgres.users_lock(home)):
            pass
    assert postgres.status(home) is None


def test_a_command_leaves_alone_a_server_that_was_started_on_purpose(lasting_server: Home) -> None:
    with postgres.running(lasting_server):
        pass
    assert postgres.status(lasting_server) is not None


def test_a_half_made_cluster_is_made_again(home: Home) -> None:
    access.make_database_folder(home)
    fresh = postgres.data_folder(home).with_name("data.new")
    fresh.mkdir()
    (fresh / "PG_VERSION").write_text("1")
    with postgres.running(home):
        assert answer(home, "SELECT 1") == 1


def test_a_socket_folder_of_someone_else_is_refused(home: Home) -> None:
    access.make_database_folder(home)
    elsewhere = home.folder / "elsewhere"
    elsewhere.mkdir()
    home.socket_folder.symlink_to(elsewhere)
    with pytest.raises(DownError, match="belongs to someone else"):
        postgres.start(home)
    home.socket_folder.unlink()


def test_its_log_never_quotes_what_a_statement_held(lasting_server: Home) -> None:
    with logins.connect_as_superuser(lasting_server) as connection:
        connection.execute("CREATE TABLE named (name text UNIQUE)")
        connection.execute("INSERT INTO named VALUES ('Alice Example')")
        with pytest.raises(Exception, match="duplicate key"):
            connection.execute("INSERT INTO named VALUES ('Alice Example')")
    log = postgres.log_file(lasting_server).read_text()
    assert "duplicate key" in log
    assert "Alice" not in log
