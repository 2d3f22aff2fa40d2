"""A QR code as numbers for an SVG path, so that no foreign markup enters a page."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode


@dataclass(frozen=True, kw_only=True)
class Qr:
    """Its side in modules, quiet border included, and the path of its dark modules."""

    side: int
    path: str


def qr_of(text: str) -> Qr:
    """Draw `text`: one unit square per dark module."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    matrix = code.get_matrix()
    squares = (
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )
    return Qr(side=len(matrix), path="".join(squares))
