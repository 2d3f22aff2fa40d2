"""Why an export cannot be made."""

from __future__ import annotations

from pathlib import Path

from throughline.core.errors import Problem


class FolderTaken(Problem):
    """The folder holds something already."""

    code = "folder_taken"

    def __init__(self, folder: Path) -> None:
        """Name the folder, which is the operator's own."""
        super().__init__(
            f"The folder {folder} is not empty. An export is the state of one moment and is never written over "
            "another: name an empty folder or a new one."
        )
