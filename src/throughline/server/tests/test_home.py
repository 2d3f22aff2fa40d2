"""One installation's folder, names and ways to the database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from throughline.server import home as homes
from throughline.server.home import Home

LONG = Path("/srv") / ("a-very-long-folder-name" * 5)


def test_a_socket_path_always_fits_however_long_the_home(home: Home) -> None:
    long = replace(home, folder=LONG, as_root=False)
    assert len(str(long.socket_folder)) <= homes.LONGEST_SOCKET_FOLDER
    assert long.socket_folder != replace(long, folder=LONG / "b").socket_folder


def test_two_homes_never_share_a_folder_even_as_root() -> None:
    one = Home(folder=Path("/srv/one"), as_root=True)
    two = Home(folder=Path("/srv/two"), as_root=True)
    assert one.database_folder != two.database_folder
    assert one.database_folder.is_relative_to(homes.SYSTEM_FOLDER)


def test_each_process_has_a_login_of_its_own(home: Home) -> None:
    users = {homes.connection_parameters(process)["user"] for process in homes.PROCESSES}
    assert len(users) == len(homes.PROCESSES)
    with pytest.raises(ValueError, match="THROUGHLINE_PROCESS is one of desk"):
        homes.connection_parameters("dekc")


def test_the_preparing_address_serves_the_preparing_process_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://chief:pa%2Fss@db.example:5433/north")
    assert homes.connection_parameters("prepare") == {
        "host": "db.example",
        "port": 5433,
        "dbname": "north",
        "user": "chief",
        "password": "pa/ss",
    }
    assert homes.connection_parameters("desk")["user"] == "throughline_desk"
    assert homes.connection_parameters("desk")["password"] == ""


@pytest.mark.parametrize("name", ["North", "north-1", "1north", "", "a" * 32, 'n"; drop'])
def test_a_deployment_name_that_is_no_identifier_is_refused(
    name: str, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THROUGHLINE_DEPLOYMENT", name)
    with pytest.raises(ValueError, match="at most 31 lower-case letters"):
        homes.current()


def test_a_password_given_by_the_environment_comes_before_the_file(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.secrets.mkdir()
    (home.secrets / "throughline_desk").write_text("from the file\n")
    assert home.password("throughline_desk") == "from the file"
    monkeypatch.setenv("THROUGHLINE_PASSWORD_THROUGHLINE_DESK", "from outside")
    assert home.password("throughline_desk") == "from outside"
