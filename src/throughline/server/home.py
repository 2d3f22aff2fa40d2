"""Where one installation keeps its data, and how each process reaches the database.

Everything comes from the environment, so that two installations on one machine never meet.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypedDict
from urllib.parse import parse_qs, unquote, urlsplit

PROCESSES = ("desk", "authority", "public", "intake", "worker", "prepare")
WEB_PROCESSES = ("desk", "authority", "public", "intake")
# The door for HL7 messages: a process of its own with the login of intake.
MLLP = "mllp"
LISTENING = (*WEB_PROCESSES, MLLP)

# A socket's path holds 107 bytes on Linux and 103 on macOS; PostgreSQL adds "/.s.PGSQL.5432.lock".
LONGEST_SOCKET_FOLDER = 80

# A socket file carries the port in its name; no TCP port is opened.
SOCKET_PORT = 5432

SYSTEM_FOLDER = Path("/var/lib/throughline")


class ConnectionParameters(TypedDict):
    """What psycopg needs to reach the database as one login."""

    host: str
    port: int
    dbname: str
    user: str
    password: str


@dataclass(frozen=True, kw_only=True)
class Home:
    """One installation: its folder, its name, its ports."""

    folder: Path
    deployment: str = "throughline"
    port_base: int = 8000
    as_root: bool = False

    @cached_property
    def fingerprint(self) -> str:
        """A short name for this folder, for places outside it."""
        return hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets"

    @property
    def run(self) -> Path:
        """Locks of whatever is running now."""
        return self.folder / "run"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def demonstration(self) -> Path:
        """The demonstration's sign-ins, written when it is filled."""
        return self.folder / "demonstration.json"

    @property
    def database_folder(self) -> Path:
        """What the embedded PostgreSQL owns.

        No PostgreSQL server runs as root, and the unprivileged user it then runs as cannot cross a
        private home, so as root it lives in a system folder.
        """
        return SYSTEM_FOLDER / self.fingerprint if self.as_root else self.folder / "database"

    @property
    def socket_folder(self) -> Path:
        inside = self.database_folder / "run"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        return Path(tempfile.gettempdir()) / f"throughline-{self.fingerprint}"

    @property
    def superuser(self) -> str:
        """The embedded server's own superuser; a managed server has none of ours."""
        return f"{self.deployment}_keeper"

    @property
    def owner(self) -> str:
        """The preparing login: it owns the schema and makes the run-time logins."""
        return f"{self.deployment}_owner"

    def login(self, process: str) -> str:
        """Return the database login of a process."""
        if process not in PROCESSES:
            raise ValueError(
                f"There is no process {process!r}; THROUGHLINE_PROCESS is one of "
                f"{', '.join(PROCESSES)}."
            )
        return self.owner if process == "prepare" else f"{self.deployment}_{process}"

    def port(self, process: str) -> int:
        """Return the port on which a process listens."""
        return self.port_base + LISTENING.index(process)

    def password(self, login: str) -> str:
        """Return a login's password, or nothing when it has not been prepared yet."""
        given = os.environ.get(password_variable(login))
        if given:
            return given
        secret = self.secrets / login
        return secret.read_text().strip() if secret.exists() else ""


def password_variable(login: str) -> str:
    """Name the environment variable that may carry a login's password."""
    return f"THROUGHLINE_PASSWORD_{login.upper()}"


def current() -> Home:
    """Read this process's installation from the environment."""
    deployment = os.environ.get("THROUGHLINE_DEPLOYMENT", "throughline")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", deployment):
        raise ValueError(
            f"THROUGHLINE_DEPLOYMENT is {deployment!r}; use at most 31 lower-case letters, digits "
            "and underscores, beginning with a letter."
        )
    base = os.environ.get("THROUGHLINE_PORT_BASE", "8000")
    if not base.isdigit() or not 1024 <= int(base) <= 65000:
        raise ValueError(f"THROUGHLINE_PORT_BASE is {base!r}; use a number from 1024 to 65000.")
    return Home(
        folder=Path(os.environ.get("THROUGHLINE_HOME") or _default_folder()).expanduser().resolve(),
        deployment=deployment,
        port_base=int(base),
        as_root=os.geteuid() == 0,
    )


def is_embedded() -> bool:
    """Say whether this installation brings its own PostgreSQL."""
    return not (os.environ.get("DATABASE_URL") or os.environ.get("THROUGHLINE_DATABASE_HOST"))


def connection_parameters(process: str) -> ConnectionParameters:
    """Return how a process reaches the database.

    DATABASE_URL is the preparing login's and serves `prepare` alone; the run-time processes find a
    managed server by THROUGHLINE_DATABASE_HOST, _PORT and _NAME, and their own secret.
    """
    home = current()
    url = os.environ.get("DATABASE_URL")
    if url and process == "prepare":
        return parse_url(url)
    login = home.login(process)
    return ConnectionParameters(
        host=os.environ.get("THROUGHLINE_DATABASE_HOST") or str(home.socket_folder),
        port=int(os.environ.get("THROUGHLINE_DATABASE_PORT") or SOCKET_PORT),
        dbname=os.environ.get("THROUGHLINE_DATABASE_NAME") or home.deployment,
        user=login,
        password=home.password(login),
    )


def parse_url(url: str) -> ConnectionParameters:
    """Read `postgresql://user:password@host:port/name`; `?host=` names a socket's folder."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.username:
        raise ValueError(
            "DATABASE_URL cannot be read; write it as postgresql://user:password@host:port/name."
        )
    hosts = parse_qs(parts.query).get("host", [])
    return ConnectionParameters(
        host=hosts[0] if hosts else unquote(parts.hostname or "localhost"),
        port=parts.port or SOCKET_PORT,
        dbname=unquote(parts.path.lstrip("/")) or "throughline",
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
    )


def _default_folder() -> Path:
    project = Path(__file__).resolve().parents[3]
    return (project if (project / "pyproject.toml").exists() else Path.cwd()) / "var"
