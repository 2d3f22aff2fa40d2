"""The files of a bulletin, written to a folder: page, workbook, pictures and tidy CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from throughline.measures.answers import Answers
from throughline.measures.bulletin import page, published, release, workbook
from throughline.measures.bulletin.cells import Cell, Sheet
from throughline.measures.bulletin.headlines import headlines
from throughline.measures.bulletin.pictures import pictures
from throughline.measures.bulletin.release import Release
from throughline.measures.charts import NARROW, WIDE


def write(
    made: Release, out: Path, *, progress: Callable[[str], None] = lambda _: None
) -> list[Path]:
    """Write every file of a release and return the paths, the page first. Files that are there are replaced.

    Raises DisclosureError, before anything is written, for a release that gives away what it hides.
    """
    progress("trying to work out what is suppressed")
    release.check(made)
    (out / "charts").mkdir(parents=True, exist_ok=True)
    (out / "data").mkdir(exist_ok=True)
    figures = pictures(made)
    sentences = headlines(made.figures, made.week)
    ods = f"bulletin-{made.week}.ods"
    told: dict[str, str] = {
        "index.html": page.html(made, figures, sentences, workbook=ods),
        "bulletin.css": page.css(),
        "data/all-figures.csv": _csv(*_long(made)),
    }
    for number, figure in enumerate(figures, 1):
        progress(f"drawing figure {number} of {len(figures)}")
        name = page.file_of("figure", number, figure.name)
        told[f"charts/{name}.svg"] = figure.svg()
        told[f"charts/{name}-wide.svg"] = figure.svg(WIDE, titled=False)
        told[f"charts/{name}-narrow.svg"] = figure.svg(NARROW, titled=False)
        told[f"data/{name}.csv"] = figure.data.write_csv()
    for sheet in made.sheets:
        name = page.file_of("table", sheet.number, sheet.name)
        told[f"data/{name}.csv"] = _csv(*wide(sheet))
    for name, text in told.items():
        (out / name).write_text(text, "utf-8")
    progress("writing the workbook")
    workbook.write(made, sentences, out / ods)
    release.remember(made, out)
    return [*(out / name for name in told), out / ods, out / published.NAME]


Lines = Iterable[Sequence[object]]


def _csv(names: Sequence[str], rows: Lines) -> str:
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return held.getvalue()


def wide(sheet: Sheet) -> tuple[list[str], Lines]:
    """Return a table as it is shown, with unrounded numbers; what has none is empty, and `marks` says why."""
    names = [heading.name for heading in sheet.headings]
    rows = [
        [
            *(cell if isinstance(cell, str) else cell.value for cell in row),
            "; ".join(
                f"{name}: {mark}"
                for name, cell in zip(names, row, strict=True)
                if isinstance(cell, Cell) and (mark := cell.mark or ("r" if cell.revised else ""))
            ),
        ]
        for row in sheet.rows
    ]
    return [*names, "marks"], rows


def _long(made: Release) -> tuple[list[str], Lines]:
    """Return every published figure, a row each, with all groups as columns."""
    rows = Answers(list(made.figures.answers.values())).as_rows()
    names = list(rows[0]) if rows else ["measure"]
    return names, [[row[name] for name in names] for row in rows]
