"""Copies what pages need out of node_modules, leaving behind what belongs to GOV.UK."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

FACE = re.compile(r"(/\*![^*]*Margaret Calvert[^*]*\*/)?@font-face\{[^}]*\}")
FAMILY = re.compile(r'"?GDS Transport"?,arial,sans-serif')
CREST = re.compile(r"url\(/assets/[^)]*\)")
MAP = re.compile(r"/[/*][#@] sourceMappingURL=\S+( \*/)?")
OWN_FAMILY = "var(--tl-font,arial,sans-serif)"
BLUE = re.compile(r"#1d70b8\b")
OWN_COLOUR = "#124a52"  # --tl-brand, where the style sheet has a literal


def neutral(css: str) -> str:
    """Return GOV.UK Frontend's style sheet without its typeface, crest, blue and source map."""
    plain = BLUE.sub(OWN_COLOUR, FAMILY.sub(OWN_FAMILY, FACE.sub("", css)))
    return MAP.sub("", CREST.sub("none", plain))


def copy_vendor_files(*, modules: Path, static: Path) -> list[Path]:
    """Write static/vendor from node_modules and return the files written."""
    govuk = modules / "govuk-frontend" / "dist" / "govuk"
    target = static / "vendor" / "govuk-frontend"
    target.mkdir(parents=True, exist_ok=True)
    style = target / "govuk-frontend.min.css"
    style.write_text(neutral((govuk / "govuk-frontend.min.css").read_text("utf-8")), "utf-8")
    script = target / "govuk-frontend.min.js"
    script.write_text(MAP.sub("", (govuk / "govuk-frontend.min.js").read_text("utf-8")), "utf-8")
    htmx = static / "vendor" / "htmx" / "htmx.min.js"
    htmx.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(modules / "htmx.org" / "dist" / "htmx.min.js", htmx)
    return [style, script, htmx]
