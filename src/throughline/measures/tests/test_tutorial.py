"""The tutorial runs from its first cell to its last, and is kept without what it gave."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[4]
NOTEBOOK = ROOT / "docs" / "tutorial" / "first-hour.ipynb"
DATA = Path(os.environ.get("THROUGHLINE_SHARED_DATA", ROOT.parent / "shared" / "data"))


def test_it_is_kept_without_outputs() -> None:
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert len(code) > 10
    assert not any(cell.outputs or cell.execution_count for cell in code)


@pytest.mark.shared_data
# The client's own sockets and loops are let go by its libraries, in their own time.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
def test_it_gets_from_the_lists_to_a_bulletin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THROUGHLINE_SHARED_DATA", str(DATA))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    said = "\n".join(
        output.get("text", "") or str(output.get("data", {}).get("text/plain", ""))
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    assert "162 cases, 98 pairs" in said
    assert "188 cases, 184 pairs" in said
    assert "Rows of the list: 162 received = 162 taken." in said
    assert "bulletin-2020-06-04.ods" in said
    assert " of them hidden" in said
    # What it made, it took away.
    assert not list(tmp_path.glob("first-hour-*"))
