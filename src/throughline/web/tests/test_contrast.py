"""Colours that carry words keep 4.5 to 1, and lines that carry meaning 3 to 1 (WCAG 2.2 AA)."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[1] / "static" / "css"
TOKENS = dict(re.findall(r"(--tl-[a-z-]+): (#[0-9a-f]{6});", (CSS / "tokens.css").read_text()))

TEXT = [
    ("ink", "paper"), ("ink", "surface"), ("ink", "surface-strong"), ("ink", "brand-tint"),
    ("ink", "warn-tint"), ("ink", "bad-tint"), ("ink", "good-tint"), ("ink", "info-tint"), ("ink", "focus"),
    ("ink-soft", "paper"), ("ink-soft", "surface"), ("link", "paper"), ("link", "surface"),
    ("link", "brand-tint"), ("link", "bad-tint"), ("link-visited", "paper"), ("link-hover", "paper"),
    ("on-brand", "brand"), ("on-brand", "brand-deep"), ("on-brand-soft", "brand"),
    ("on-brand-soft", "brand-deep"), ("good", "paper"), ("good", "good-tint"), ("warn", "warn-tint"),
    ("warn", "paper"), ("bad", "paper"), ("bad", "bad-tint"), ("info", "info-tint"), ("hold", "hold-tint"),
    ("paper", "ink"), ("paper", "bad"),
]  # fmt: skip
SHAPES = [
    ("line-strong", "paper"), ("line-strong", "surface"), ("brand", "surface"), ("focus", "brand"),
    ("focus", "brand-deep"), ("focus", "ink"), ("bad", "surface"), ("good", "surface"), ("warn", "surface"),
]  # fmt: skip


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted(luminance(TOKENS[f"--tl-{name}"]) for name in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("front", "back"), TEXT)
def test_words_can_be_read_on_their_ground(front: str, back: str) -> None:
    assert contrast(front, back) >= 4.5


@pytest.mark.parametrize(("front", "back"), SHAPES)
def test_shapes_and_focus_stand_out_from_their_ground(front: str, back: str) -> None:
    assert contrast(front, back) >= 3


def test_no_colour_of_govuk_or_the_nhs_is_among_ours() -> None:
    theirs = {"#1d70b8", "#005eb8", "#003087", "#00703c", "#f47738"}
    assert not theirs & set(TOKENS.values())
