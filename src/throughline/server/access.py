"""Who may reach the embedded PostgreSQL: its private folders and its rules for signing in."""

from __future__ import annotations

import os
import pwd
import stat
from pathlib import Path

from throughline.server import binaries
from throughline.server.errors import DownError
from throughline.server.home import SYSTEM_FOLDER, Home


def rules_file(home: Home) -> Path:
    """Return PostgreSQL's list of who may connect how."""
    return home.database_folder / "pg_hba.conf"


def names_file(home: Home) -> Path:
    """Return PostgreSQL's list of operating-system users and the database users they may be."""
    return home.database_folder / "pg_ident.conf"


def make_database_folder(home: Home) -> None:
    """Make the folder around the cluster.

    As root it stays root's, crossed but not written by the server's user, who could otherwise
    plant links for root to follow.
    """
    if home.as_root:
        SYSTEM_FOLDER.mkdir(mode=0o711, parents=True, exist_ok=True)
        home.database_folder.mkdir(mode=0o711, exist_ok=True)
        home.database_folder.chmod(0o711)
        _point_to(home)
    else:
        home.database_folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_private(folder: Path) -> None:
    """Make a folder that the server's user alone may enter."""
    user = binaries.runner()
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, user.uid, user.gid)
    except FileExistsError:
        found = folder.lstat()
        # In a shared temporary folder another user may have been there first.
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid:
            raise DownError(
                f"{folder} belongs to someone else, so the database's socket cannot be put there; "
                "remove it, or set THROUGHLINE_HOME to a shorter path."
            ) from None
        folder.chmod(0o700)


def make_socket_folder(home: Home) -> None:
    """Make the folder that holds the server's socket."""
    make_private(home.socket_folder)


def write_rules(home: Home) -> None:
    """Write who may connect: whoever runs the server as its superuser, logins by password."""
    oneself = pwd.getpwuid(os.geteuid()).pw_name
    _write(
        rules_file(home),
        f"local all {home.superuser} peer map=keeper\nlocal all all scram-sha-256\n",
    )
    _write(names_file(home), f'keeper "{oneself}" {home.superuser}\n')


def _write(path: Path, text: str) -> None:
    # The server's user reads it; only its writer can change it.
    path.write_text(text)
    path.chmod(0o644)


def _point_to(home: Home) -> None:
    """Leave a link in the home, so that a reader finds where the data went."""
    home.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    link = home.folder / "database"
    if not link.is_symlink() and not link.exists():
        link.symlink_to(home.database_folder)
