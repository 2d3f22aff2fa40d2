"""What was published before, read back: disclosure control and revisions look at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from throughline.measures import earlier
from throughline.measures.answers import Answer
from throughline.measures.errors import FolderError

NAME = "release.json"


@dataclass(frozen=True, kw_only=True)
class Previous:
    """The release before, as it was published."""

    week: date
    cut_at: datetime
    sha256: str
    answers: tuple[Answer, ...]


def recall(folder: Path) -> Previous:
    """Read the release that a folder holds. Raises FolderError when there is none."""
    path = folder / NAME
    try:
        told = json.loads(path.read_text("utf-8"))
        return Previous(
            week=date.fromisoformat(told["week"]),
            cut_at=datetime.fromisoformat(told["cut_at"]),
            sha256=str(told["input_sha256"]),
            answers=tuple(earlier.answers(told["answers"])),
        )
    except FileNotFoundError:
        raise FolderError(
            f"{folder} holds no {NAME}; --previous names the folder that the last bulletin was written to."
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise FolderError(f"{path} is not a release that a bulletin wrote: {error}.") from None
