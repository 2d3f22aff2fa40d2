"""Reading files of any size as rows, in constant memory and from any row on. Knows no Django."""

from throughline.intake.parsing.layout import FileRefused, Layout, find_layout
from throughline.intake.parsing.lines import Position, from_offset
from throughline.intake.parsing.reader import Row, rows

__all__ = ["FileRefused", "Layout", "Position", "Row", "find_layout", "from_offset", "rows"]
