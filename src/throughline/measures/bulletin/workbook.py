"""The workbook: a cover, its contents, the notes, and one table a sheet, as government statistics are published.

Numbers are numbers and days are days; a mark in brackets stands where there is no number. No cells are merged, no
row or column is hidden or left empty between a table's first cell and its last, and nothing is said by colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from odfdo import Cell as OdsCell
from odfdo import Column, Document, Element, Row
from odfdo import Table as OdsTable

from throughline.measures.bulletin.cells import Cell, Sheet, written
from throughline.measures.bulletin.headlines import Sentence, plain
from throughline.measures.bulletin.notes import INVENTED, NOTES, SHORTHAND
from throughline.measures.bulletin.page import alarm_lines
from throughline.measures.bulletin.release import Release
from throughline.measures.bulletin.tables import Unit
from throughline.measures.wording import day, week

TEXT, HEAD, TITLE, FIGURE_HEAD, MARK, LINK, LEAD = (
    "text", "head", "title", "figure_head", "mark", "link", "lead",
)  # fmt: skip
NUMBERS = {Unit.COUNT: "count", Unit.SHARE: "share"}
DECIMAL, DAY = "decimal", "day"
WORDS_WIDTH, FIGURE_WIDTH, TEXT_WIDTH = 5.2, 3.0, 18.0

# On paper a sheet is as wide as one page, and as long as it needs.
_PAPER = {
    "style:print-orientation": "landscape",
    "fo:page-width": "29.7cm",
    "fo:page-height": "21cm",
    "style:scale-to-X": "1",
    "style:scale-to-Y": "0",
}
_FONT = 'fo:font-family="Arial" fo:font-size="{size}pt"'
_STYLES = (
    '<number:number-style style:name="n-count"><number:number number:decimal-places="0" number:grouping="true"'
    ' number:min-integer-digits="1"/></number:number-style>',
    '<number:number-style style:name="n-decimal"><number:number number:decimal-places="1"'
    ' number:min-decimal-places="1" number:grouping="true" number:min-integer-digits="1"/></number:number-style>',
    '<number:percentage-style style:name="n-share"><number:number number:decimal-places="1"'
    ' number:min-decimal-places="1" number:min-integer-digits="1"/><number:text>%</number:text>'
    "</number:percentage-style>",
    '<number:date-style style:name="n-day"><number:day/><number:text> </number:text>'
    '<number:month number:textual="true" number:style="long"/><number:text> </number:text>'
    '<number:year number:style="long"/></number:date-style>',
)


def _cell_style(
    name: str, *, size: int = 11, data: str = "", bold: bool = False, end: bool = False
) -> str:
    weight = ' fo:font-weight="bold"' if bold else ""
    align = "end" if end else "start"
    told = f' style:data-style-name="{data}"' if data else ""
    wrap = ' fo:wrap-option="wrap"' if name in {TEXT, HEAD, FIGURE_HEAD} else ""
    return (
        f'<style:style style:name="{name}" style:family="table-cell"{told}>'
        f'<style:table-cell-properties style:vertical-align="top" fo:padding="0.1cm"{wrap}/>'
        f'<style:paragraph-properties fo:text-align="{align}"/>'
        f"<style:text-properties {_FONT.format(size=size)}{weight}/></style:style>"
    )


def _column_style(name: str, width: float) -> str:
    return (
        f'<style:style style:name="{name}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}cm"/></style:style>'
    )


_CELL_STYLES = (
    _cell_style(TEXT),
    _cell_style(LINK),
    _cell_style(LEAD),
    _cell_style(HEAD, bold=True),
    _cell_style(FIGURE_HEAD, bold=True, end=True),
    _cell_style(TITLE, size=16, bold=True),
    _cell_style(MARK, end=True),
    _cell_style("count", data="n-count", end=True),
    _cell_style("share", data="n-share", end=True),
    _cell_style(DECIMAL, data="n-decimal", end=True),
    _cell_style(DAY, data="n-day"),
    _column_style("words", WORDS_WIDTH),
    _column_style("figures", FIGURE_WIDTH),
    _column_style("wide", TEXT_WIDTH),
)


def write(release: Release, sentences: Sequence[Sentence], path: Path) -> None:
    """Write the workbook."""
    document = Document("ods")
    document.body.clear()
    document.language = "en-GB"
    document.meta.title = f"Test and trace, week of {week(release.week)}"
    styles = document.content.get_element("//office:automatic-styles")
    assert isinstance(styles, Element)  # noqa: S101  # every new document has them
    for style in (*_STYLES, *_CELL_STYLES):
        styles.append(Element.from_tag(style))
    for layout in document.styles.get_elements("//style:page-layout-properties"):
        for name, value in _PAPER.items():
            layout.set_attribute(name, value)
    for table in (_cover(release, sentences), _contents(release), _notes(release)):
        document.body.append(table)
    for one in release.sheets:
        document.body.append(_sheet(one))
    document.body.append(_ranges(release.sheets))
    document.save(path)


def sheet_name(one: Sheet) -> str:
    """Return the name of a table's worksheet."""
    return f"Table_{one.number}"


def _texts(name: str, title: str, lines: Iterable[OdsCell], *, widths: Sequence[str]) -> OdsTable:
    table = _table(name, widths)
    table.append_row(_row([_text(title, TITLE)]))
    for line in lines:
        table.append_row(_row([line]))
    return table


def _cover(release: Release, sentences: Sequence[Sentence]) -> OdsTable:
    lines = [
        *([INVENTED] if release.is_generated else []),
        f"What was known on {release.known_on}.",
        *(f"Warning, records are not accounted for: {one}" for one in alarm_lines(release)),
        *(plain(sentence) for sentence in sentences),
        "Contents lists the tables, one a sheet. Notes explains them and the shorthand in their cells.",
        f"Made from event tables with SHA-256 {release.input.sha256}.",
    ]
    title = f"Test and trace, week of {week(release.week)}"
    return _texts("Cover", title, map(_text, lines), widths=["wide"])


def _contents(release: Release) -> OdsTable:
    lines = [_link(f"#{sheet_name(one)}.A1", f"{one.label}: {one.title}") for one in release.sheets]
    return _texts("Contents", "Contents", lines, widths=["wide"])


def _notes(release: Release) -> OdsTable:
    used = dict.fromkeys(note for one in release.sheets for note in one.notes)
    table = _table("Notes", ["words", "wide"])
    table.append_row(_row([_text("Notes", TITLE)]))
    table.append_row(_row([_text("This sheet contains one table: shorthand and notes.", LEAD)]))
    table.append_row(_row([_text("Mark or subject", HEAD), _text("Meaning", HEAD)]))
    if release.is_generated:
        table.append_row(_row([_text("Invented"), _text(INVENTED)]))
    for mark, means in SHORTHAND.items():
        table.append_row(_row([_text(f"[{mark}]"), _text(means.capitalize())]))
    for note in used:
        table.append_row(_row([_text(note.capitalize()), _text(NOTES[note])]))
    return table


def _sheet(one: Sheet) -> OdsTable:
    words = [heading.words for heading in one.headings]
    revised = any(isinstance(cell, Cell) and cell.revised for row in one.rows for cell in row)
    widths = ["words" if told else "figures" for told in words] + (["words"] if revised else [])
    table = _table(sheet_name(one), widths)
    lead = [
        _text(f"{one.label}: {one.title}", TITLE),
        _text(
            "This sheet contains one table. Notes explains the shorthand [c], [r], [x] and [z].",
            LEAD,
        ),
        _text(_about(one), LEAD),
    ]
    for line in lead:
        table.append_row(_row([line]))
    heads = [
        _text(heading.title, HEAD if heading.words else FIGURE_HEAD) for heading in one.headings
    ]
    table.append_row(_row([*heads, *([_text("Revised [r]", HEAD)] if revised else [])]))
    for row in one.rows:
        cells = [_word(cell) if isinstance(cell, str) else _figure(cell) for cell in row]
        if revised:
            names = [
                heading.title
                for heading, cell in zip(one.headings, row, strict=True)
                if isinstance(cell, Cell) and cell.revised
            ]
            cells.append(_text("; ".join(names)))
        table.append_row(_row(cells))
    return table


LEAD_ROWS = 3


def _about(one: Sheet) -> str:
    if not one.rows:
        return one.empty
    told = ", ".join(note.capitalize() for note in one.notes)
    return (
        " ".join([*([f"See in Notes: {told}."] if told else []), *one.unavailable]) or "No notes."
    )


def _table(name: str, widths: Sequence[str]) -> OdsTable:
    table = OdsTable(name)
    for width in widths:
        table.append_column(Column(style=width))
    return table


def _row(cells: Iterable[OdsCell]) -> Row:
    row = Row()
    for cell in cells:
        row.append_cell(cell)
    return row


def _text(text: str, style: str = TEXT) -> OdsCell:
    return OdsCell(text, text=text, cell_type="string", style=style)


def _link(target: str, text: str) -> OdsCell:
    cell = OdsCell(style=LINK)
    cell.set_attribute("office:value-type", "string")
    paragraph = Element.from_tag("text:p")
    anchor = Element.from_tag("text:a")
    anchor.set_attribute("xlink:href", target)
    anchor.set_attribute("xlink:type", "simple")
    anchor.text = text
    paragraph.append(anchor)
    cell.append(paragraph)
    return cell


def _word(word: str) -> OdsCell:
    try:
        on = date.fromisoformat(word)
    except ValueError:
        return _text(word)
    return OdsCell(on, text=day(on), cell_type="date", style=DAY)


def _figure(cell: Cell) -> OdsCell:
    if cell.value is None:
        return _text(written(cell), MARK)
    kind = "percentage" if cell.unit is Unit.SHARE else "float"
    return OdsCell(
        cell.value,
        text=written(cell),
        cell_type=kind,
        style=NUMBERS.get(cell.unit, DECIMAL),
    )


def _ranges(sheets: Sequence[Sheet]) -> Element:
    """Mark each table up as one, with its row of headings, for software that reads tables aloud."""
    told = Element.from_tag("table:database-ranges")
    for one in sheets:
        revised = any(isinstance(cell, Cell) and cell.revised for row in one.rows for cell in row)
        last = _letters(len(one.headings) - 1 + revised)
        name, first, end = sheet_name(one), LEAD_ROWS + 1, LEAD_ROWS + 1 + len(one.rows)
        told.append(
            Element.from_tag(
                f'<table:database-range table:name="{one.name.replace("-", "_")}" '
                f'table:target-range-address="{name}.A{first}:{name}.{last}{end}" '
                'table:contains-header="true"/>'
            )
        )
    return told


def _letters(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else f"A{chr(ord('A') + place - 26)}"
