"""A folder into which a sender puts files: each is loaded once it is whole, and moved with its receipt beside it."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection

from throughline.cli.intake.loading import Loaded, load_file
from throughline.core.errors import Problem
from throughline.intake.errors import NotStored

TAKEN, REFUSED = "taken", "refused"
DONE, RECEIPT, PART = ".done", ".receipt.json", ".part"
"""What a sender may put beside a file to say that it is whole; what stands beside a file that was taken; what is
still being written."""

Told = Callable[[str], None]
Size = tuple[int, int]


@dataclass(kw_only=True)
class Watch:
    """One folder of one sender. `sizes` are those seen at the last look."""

    folder: Path
    source: str
    mapping: str | None
    rest: float
    told: Told
    sizes: dict[Path, Size] = field(default_factory=dict)
    stopping: bool = False

    def run(self, *, every: float) -> None:
        """Look again and again until told to stop; a file begun is finished first."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.stopping:
            self.look()
            until = time.monotonic() + every
            while not self.stopping and time.monotonic() < until:
                time.sleep(min(0.2, every))

    def look_once(self) -> int:
        """Take every file that is whole now: one that still grows shows it within a second."""
        self._whole()
        time.sleep(1.0)
        return self.look()

    def look(self) -> int:
        """Take every file that is whole, the oldest first, and return how many were moved."""
        return sum(self._take(file) for file in self._whole() if not self.stopping)

    def _whole(self) -> list[Path]:
        """Files whose sender says they are done, or whose size has rested."""
        found: dict[Path, Size] = {}
        whole: list[tuple[int, Path]] = []
        for file in self._files():
            try:
                stat = file.stat()
            except FileNotFoundError:
                continue
            found[file] = (stat.st_size, stat.st_mtime_ns)
            rested = (
                self.sizes.get(file) == found[file] and time.time() - stat.st_mtime >= self.rest
            )
            if rested or file.with_name(file.name + DONE).exists():
                whole.append((stat.st_mtime_ns, file))
        self.sizes = found
        return [file for _, file in sorted(whole)]

    def _files(self) -> Iterator[Path]:
        for file in self.folder.iterdir():
            if file.name.startswith(".") or file.name.endswith((DONE, RECEIPT, PART)):
                continue
            if file.is_file() and not file.is_symlink():
                yield file

    def _take(self, file: Path) -> bool:
        """Load a file and move it. Killed anywhere, the same file is found known at the next look."""
        try:
            loaded = load_file(
                file, source=self.source, mapping=self.mapping, message_id=None, dry_run=False
            )
        except NotStored as problem:
            self.told(f"{file.name} stays where it is: {problem.sentence}")
            return False
        except (OperationalError, InterfaceError):
            connection.close()
            self.told(f"{file.name} stays where it is: the database does not answer.")
            return False
        except OSError as error:
            self.told(f"{file.name} stays where it is: it cannot be read ({error.strerror}).")
            return False
        except Problem as problem:
            self._move(file, REFUSED, {"refused": problem.sentence})
            self.told(f"{file.name} was refused: {problem.sentence}")
            return True
        said = _told(loaded)
        self._move(file, REFUSED if loaded.refused else TAKEN, said)
        self.told(_sentence(file.name, loaded))
        return True

    def _move(self, file: Path, folder: str, said: dict[str, object]) -> None:
        """Put the receipt first, then the file: whoever finds the file finds its receipt."""
        into = self.folder / folder
        into.mkdir(exist_ok=True)
        to = _free(into, file.name)
        receipt = to.with_name(to.name + RECEIPT)
        part = receipt.with_name(receipt.name + PART)
        part.write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        part.replace(receipt)
        file.replace(to)
        file.with_name(file.name + DONE).unlink(missing_ok=True)
        self.sizes.pop(file, None)

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True


def _free(folder: Path, name: str) -> Path:
    """A name that no file in the folder has: a sender may use one again and again."""
    to, number = folder / name, 1
    while to.exists():
        number += 1
        to = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
    return to


def _told(loaded: Loaded) -> dict[str, object]:
    said = loaded.receipt.as_json()
    return {**said, "refused": " ".join(loaded.sentences)} if loaded.refused else said


def _sentence(name: str, loaded: Loaded) -> str:
    if loaded.refused:
        return f"{name} was refused: {' '.join(loaded.sentences)}"
    found = loaded.receipt
    return (
        f"{name} was taken: {found.received} rows, {found.accepted} accepted, {found.duplicates} duplicates, "
        f"{found.corrected} corrected, {found.quarantined} in quarantine."
    )
