"""The embedded PostgreSQL 18: made, started, stopped and repaired by a launcher of our own.

It listens on a Unix socket in a private folder and on no TCP port.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from throughline.server import access, binaries, locks
from throughline.server.children import dies_with_parent
from throughline.server.errors import DownError
from throughline.server.home import SOCKET_PORT, Home

START_SECONDS = 60.0
STOP_SECONDS = 30.0

# Nothing of the caller's (PGDATA, secrets) reaches the server.
BARE_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

SETTINGS = {
    "listen_addresses": "",
    "port": str(SOCKET_PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "work_mem": "16MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Statements here are short; compiling them costs more than it saves.
    "jit": "off",
    # A logged statement or detail could hold a name.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length_on_error": "0",
    "log_line_prefix": "%m [%p] ",
}


def data_folder(home: Home) -> Path:
    """Return the cluster's folder."""
    return home.database_folder / "data"


def log_file(home: Home) -> Path:
    """Return the file that takes what PostgreSQL has to say."""
    return home.logs / "postgres.log"


def status(home: Home) -> int | None:
    """Return the process id of the running server, or None."""
    pid = _recorded(home)[0]
    return pid if pid is not None and _is_ours(home, pid) else None


def start(
    home: Home,
    *,
    extra: Mapping[str, str] | None = None,
    supervised: bool = False,
) -> subprocess.Popen[bytes] | None:
    """Start the server, made first when there is none; None when it runs already.

    A supervised server shuts down when its starter dies; any other runs until `stop`.
    """
    with locks.exclusive(home.run / "database.lock"):
        if _is_usable(home):
            return None
        _make(home)
        access.write_rules(home)
        access.make_socket_folder(home)
        return _start_until_ready(home, SETTINGS | dict(extra or {}), supervised=supervised)


def stop(home: Home) -> bool:
    """Stop the server, unfinished transactions rolled back; say whether it was running."""
    with locks.exclusive(home.run / "database.lock"):
        pid = status(home)
        if pid is None:
            return False
        # Fast shutdown first; then an immediate one, which the next start recovers from.
        for order in (signal.SIGINT, signal.SIGQUIT):
            os.kill(pid, order)
            deadline = time.monotonic() + STOP_SECONDS
            while time.monotonic() < deadline:
                if status(home) is None:
                    return True
                time.sleep(0.02)
        raise DownError(f"PostgreSQL (process {pid}) does not stop; see {log_file(home)}.")


def remove(home: Home) -> None:
    """Stop the server and delete its data. For tests and for starting afresh."""
    stop(home)
    shutil.rmtree(home.database_folder, ignore_errors=True)
    shutil.rmtree(home.socket_folder, ignore_errors=True)


@contextmanager
def running(home: Home) -> Iterator[None]:
    """Have the server run for the length of a command.

    The last such command to end stops a server that commands started, so that none is left behind;
    one that `db start` or a supervisor started stays.
    """
    users, ours = users_lock(home), home.run / "started-by-command"
    with locks.shared(users):
        process = start(home)
        if process is not None:
            ours.touch()
        yield
    with locks.if_free(users) as last:
        if last and ours.exists():
            ours.unlink()
            stop(home)
            if process is not None:
                process.wait()


def users_lock(home: Home) -> Path:
    """Return the lock that everyone shares who needs the server to stay."""
    return home.run / "users.lock"


def keep(home: Home) -> None:
    """Let the server outlive the commands that use it."""
    (home.run / "started-by-command").unlink(missing_ok=True)


def _is_usable(home: Home) -> bool:
    """Say whether a server runs, once one that is starting or stopping has made up its mind."""
    deadline = time.monotonic() + START_SECONDS
    while status(home) is not None:
        if _recorded(home)[1] == "ready":
            return True
        if time.monotonic() > deadline:
            raise DownError(f"PostgreSQL neither starts nor stops; see {log_file(home)}.")
        time.sleep(0.02)
    return False


def _make(home: Home) -> None:
    data = data_folder(home)
    if data.exists():
        return
    user = binaries.runner()
    access.make_database_folder(home)
    # Made beside and renamed, so that a cluster is whole or absent.
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    access.make_private(fresh)
    made = subprocess.run(  # noqa: S603 - our own program, no shell
        [
            str(binaries.folder() / "initdb"),
            *("--pgdata", str(fresh), "--username", home.superuser, "--encoding", "UTF8"),
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
            *("--data-checksums", "--auth", "reject", "--no-instructions"),
        ],
        user=user.switch_to,
        group=user.switch_group,
        extra_groups=user.switch_extra,
        cwd="/",
        env=BARE_ENVIRONMENT,
        umask=0o077,
        capture_output=True,
        check=False,
    )
    if made.returncode:
        said = made.stderr.decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else "it gave no reason."
        raise DownError(f"The database could not be made in {data}: {reason}")
    fresh.rename(data)


def _start_until_ready(
    home: Home, settings: Mapping[str, str], *, supervised: bool
) -> subprocess.Popen[bytes]:
    deadline = time.monotonic() + START_SECONDS
    while True:
        _forget_dead_server(home)
        process = _launch(home, settings, supervised=supervised)
        while process.poll() is None:
            if _recorded(home) == (process.pid, "ready"):
                return process
            if time.monotonic() > deadline:
                process.send_signal(signal.SIGQUIT)
                raise DownError(_why_not(home))
            time.sleep(0.02)
        # After a kill -9 the old server's last children need a moment to let go of its memory.
        if time.monotonic() > deadline - START_SECONDS + 15:
            raise DownError(_why_not(home))
        time.sleep(0.3)


def _launch(
    home: Home, settings: Mapping[str, str], *, supervised: bool
) -> subprocess.Popen[bytes]:
    user = binaries.runner()
    home.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        **settings,
        "unix_socket_directories": str(home.socket_folder),
        "hba_file": str(access.rules_file(home)),
        "ident_file": str(access.names_file(home)),
    }
    with log_file(home).open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own program, no shell
            [
                str(binaries.folder() / "postgres"),
                *("-D", str(data_folder(home))),
                *(part for name, value in options.items() for part in ("-c", f"{name}={value}")),
            ],
            user=user.switch_to,
            group=user.switch_group,
            extra_groups=user.switch_extra,
            cwd="/",
            env=BARE_ENVIRONMENT,
            umask=0o077,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Away from the terminal: Ctrl-C is the supervisor's, which stops the database last.
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGINT) if supervised else None,
        )


def _recorded(home: Home) -> tuple[int | None, str]:
    """Return the process id and the state that the server wrote down."""
    try:
        lines = (data_folder(home) / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None, ""
    pid = lines[0].strip() if lines else ""
    return (int(pid) if pid.isdigit() else None), (lines[7].strip() if len(lines) > 7 else "")


def _is_ours(home: Home, pid: int) -> bool:
    """Tell our server from a stranger who was given its number after a crash."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and str(data_folder(home)) in (
            process.cmdline()
        )
    except psutil.Error:
        return False


def _forget_dead_server(home: Home) -> None:
    """Remove what a killed server left, by which PostgreSQL could take a stranger for it.

    So it could a zombie, of which a container whose first process reaps none has many.
    """
    pid = _recorded(home)[0]
    if pid is None or not _is_ours(home, pid):
        (data_folder(home) / "postmaster.pid").unlink(missing_ok=True)
        (home.socket_folder / f".s.PGSQL.{SOCKET_PORT}.lock").unlink(missing_ok=True)


def _why_not(home: Home) -> str:
    lines = log_file(home).read_text(errors="replace").splitlines()
    last = next((line for line in reversed(lines) if "FATAL" in line), "it gave no reason")
    return f"PostgreSQL did not start: {last}. See {log_file(home)}."
