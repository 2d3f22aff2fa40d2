"""How the values of a column are written: which date forms read them, and what codes may mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

ORDERS: dict[str, tuple[str, ...]] = {
    "year": ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    "day": ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y", "%d-%b-%Y", "%d %B %Y"),
    "month": ("%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y"),
}
TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", "T%H:%M:%S%z", " %H:%M:%S%z")
ENOUGH = 0.6
"""The share of a column's values that a way of writing must read, to be that column's way."""

MOST = 60

MEANINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "result": {
        "positive": ("positive", "pos", "p", "detected", "reactive", "+", "yes", "confirmed"),
        "negative": ("negative", "neg", "n", "not detected", "non reactive", "nonreactive", "-", "no"),
        "void": ("void", "invalid", "inconclusive", "indeterminate", "unclear", "borderline", "rejected",
                 "failed", "insufficient"),
    },
    "sex": {
        "female": ("female", "f", "woman", "w", "weiblich", "femme"),
        "male": ("male", "m", "man", "mannlich", "männlich", "homme"),
        "other": ("other", "o", "x", "divers", "non binary"),
        "unknown": ("unknown", "u", "not known", "not stated", "unbekannt"),
    },
    "symptomatic": {
        "yes": ("yes", "y", "true", "1", "symptomatic"),
        "no": ("no", "n", "false", "0", "asymptomatic"),
        "unknown": ("unknown", "u", "not known"),
    },
    "status": {
        "preliminary": ("preliminary", "p", "provisional", "interim"),
        "final": ("final", "f"),
        "corrected": ("corrected", "c", "amended"),
        "withdrawn": ("withdrawn", "w", "cancelled", "entered in error"),
    },
}  # fmt: skip
"""What senders write for our codes. A bare 1 or 0 as a result is left for a person to say."""


@dataclass(frozen=True, kw_only=True)
class Dates:
    """How a column's dates are written: the forms by order, of those orders that read it; empty for no dates.

    Two orders are left only where every value could be either.
    """

    forms: Mapping[str, tuple[str, ...]]

    @property
    def ambiguous(self) -> bool:
        """Whether a person must say what comes first, the day or the month."""
        return len(self.forms) > 1


def dates_of(values: Collection[str]) -> Dates:
    """Return how dates are written, from the values seen."""
    seen = [value.strip() for value in dict.fromkeys(values) if value.strip()][:MOST]
    if not seen or not all(any(map(str.isdigit, value)) and len(value) < 32 for value in seen):
        return Dates(forms={})
    read: dict[str, dict[str, int]] = {order: {} for order in ORDERS}
    counts = dict.fromkeys(ORDERS, 0)
    for value in seen:
        for order, forms in ORDERS.items():
            form = next((f for f in _with_times(forms) if _reads(f, value)), None)
            if form is not None:
                counts[order] += 1
                read[order][form] = read[order].get(form, 0) + 1
    best = max(counts.values())
    if best < ENOUGH * len(seen):
        return Dates(forms={})
    orders = ["year"] if counts["year"] == best else [o for o in ORDERS if counts[o] == best]
    return Dates(
        forms={order: tuple(sorted(read[order], key=lambda f: -read[order][f])) for order in orders}
    )


def _with_times(forms: Sequence[str]) -> list[str]:
    return [form + time for form in forms for time in TIMES]


def _reads(form: str, value: str) -> bool:
    try:
        datetime.strptime(value, form)  # noqa: DTZ007 - only whether it can be read is asked
    except ValueError:
        return False
    # %Y reads "20" too.
    return "%Y" not in form or any(len(part) >= 4 for part in _digits(value))


def _digits(value: str) -> list[str]:
    return "".join(letter if letter.isdigit() else " " for letter in value).split()


def meaning_of(field: str, value: str) -> str:
    """Return which of our codes a value means, or nothing where a person must say."""
    said = " ".join(value.casefold().replace("_", " ").replace("-", " - ").split()) or value
    plain = said.replace(" - ", " ")
    for code, written in MEANINGS.get(field, {}).items():
        if said in written or plain in written or value.strip().casefold() in written:
            return code
    return ""
