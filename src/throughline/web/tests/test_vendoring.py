"""What is left behind when vendor files are copied."""

from pathlib import Path

from throughline.web.vendoring import copy_vendor_files, neutral

SHEET = (
    ".a{font-family:GDS Transport,arial,sans-serif;color:#1d70b8}"
    "/*! Copyright (c) 2011 by Margaret Calvert. */@font-face{font-family:GDS Transport;src:url(/assets/fonts/x.woff2)}"
    ".b{background:url(/assets/images/govuk-crest.svg)}/*# sourceMappingURL=x.css.map */"
)


def test_the_typeface_the_crest_and_the_blue_of_govuk_stay_behind() -> None:
    plain = neutral(SHEET)
    assert (
        plain == ".a{font-family:var(--tl-font,arial,sans-serif);color:#124a52}.b{background:none}"
    )


def test_fonts_and_images_are_not_copied(tmp_path: Path) -> None:
    dist = tmp_path / "node_modules" / "govuk-frontend" / "dist" / "govuk"
    (dist / "assets" / "fonts").mkdir(parents=True)
    (dist / "assets" / "fonts" / "x.woff2").write_bytes(b"font")
    (dist / "govuk-frontend.min.css").write_text(SHEET)
    (dist / "govuk-frontend.min.js").write_text("export{};\n//# sourceMappingURL=x.js.map")
    htmx = tmp_path / "node_modules" / "htmx.org" / "dist"
    htmx.mkdir(parents=True)
    (htmx / "htmx.min.js").write_text("htmx")
    written = copy_vendor_files(modules=tmp_path / "node_modules", static=tmp_path / "static")
    assert sorted(tmp_path.joinpath("static").rglob("*.*")) == sorted(written)
    assert (
        "sourceMappingURL"
        not in (tmp_path / "static/vendor/govuk-frontend/govuk-frontend.min.js").read_text()
    )
