"""The rules of the house that no linter knows: what files are called, where writes happen, what is not said."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "throughline"
ROOMS = (
    "journal",
    "definitions",
    "people",
    "suppliers",
    "workforce",
    "calling",
    "tracing",
    "intake",
)

# Inside a room a file name has one meaning (ARCHITECTURE.md). The rest is named here with its reason.
PARTS = {"models", "rules", "queries", "actions", "tasks", "errors", "grants", "apps", "__init__"}
FURTHER = {
    "definitions": {"forms", "files", "load", "interview", "words"},  # reading and showing rules
    # Files into rows, without a database; the rows of one message as they come off its chunks; other formats
    # into plain CSV, and those that could harm their reader in a process apart; HL7 messages over the wire.
    "intake": {"parsing", "reading", "unpacking", "apart", "mllp"},
    "people": {"claims"},  # what a caller says of a person, and what it gets back
    # The only maker of Sight; and a result as intake hands it over.
    "tracing": {"access", "arrivals"},
}
BANNED_NAMES = {"utils", "helpers", "common", "misc", "manager", "managers"}

WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}
MAY_WRITE = ("actions", "migrations", "tests", "tasks")

LONGEST_FILE = 400
# A function that writes a batch holds its one long statement.
LONGEST_FUNCTION = 70


def sources() -> list[Path]:
    found = [p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts]
    assert len(found) > 100, f"too few files under {PACKAGE}"
    return found


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\n")
    found = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    assert found
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_a_file_name_in_a_room_has_one_meaning(room: str) -> None:
    allowed = PARTS | FURTHER.get(room, set()) | {"migrations", "tests", "__pycache__"}
    names = {p.stem for p in (PACKAGE / room).iterdir() if p.suffix in {".py", ""}}
    assert names - allowed == set()


def test_no_file_is_called_after_nothing() -> None:
    assert [p for p in sources() if p.stem in BANNED_NAMES] == []


def test_rows_are_written_by_actions_alone() -> None:
    found = []
    for path in sources():
        relative = path.relative_to(PACKAGE)
        if relative.parts[0] not in {*ROOMS, "web"} or any(
            part.removesuffix(".py") in MAY_WRITE for part in relative.parts
        ):
            continue
        found += [
            f"{relative}:{node.lineno} {ast.unparse(node.func)}"
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in WRITES
            and "objects" in ast.unparse(node.func.value)
        ]
    assert found == []


def test_pages_read_through_queries_alone() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in sources()
        if path.is_relative_to(PACKAGE / "web")
        and "tests" not in path.parts
        # Sign-in is the sign-in library's own ground, before there is anybody to look.
        and "signin" not in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if ".objects." in line
    ]
    assert found == []


def test_files_and_functions_fit_in_a_head() -> None:
    found = []
    for path in sources():
        text = path.read_text()
        if text.count("\n") > LONGEST_FILE:
            found.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        found += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines"
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.FunctionDef)
            and (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
        ]
    assert found == []


def test_the_project_names_no_registry_and_no_path_of_a_machine() -> None:
    words = re.compile(
        "|".join(
            [
                "pypi" + r"\.org",
                "python" + r"hosted\.org",
                "registry" + r"\.npmjs",
                r"(?<![\w./-])/ro" + "ot/",
            ]
        )
    )
    found = []
    for path in tracked():
        if path.suffix in {".png", ".woff2"}:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            if words.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    assert found == []
