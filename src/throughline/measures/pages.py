"""The definitions as a page to read, written from the declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from throughline.measures.aggregates import ALL, Aggregate, Count, Distinct, Largest, Total
from throughline.measures.catalogue import MEASURES
from throughline.measures.compile import is_by_definition
from throughline.measures.declared import Measure
from throughline.measures.rows import tables_of
from throughline.measures.shapes import BANDS, BESIDE_BANDS, Bands, Kpi, Mix, Percentiles, Split
from throughline.measures.tables import TABLES
from throughline.measures.terms import DEFINITIONS

FAMILIES = {
    "cases": "Cases",
    "contacts": "Contacts",
    "coverage": "Coverage",
    "tests": "Tests",
    "clock": "The clock",
    "holdings": "Holdings",
    "handover": "Handover",
    "handback": "Hand-back",
    "attempts": "Attempts",
    "workforce": "Workforce",
    "calls": "Calls coming in",
    "checks": "Checks of quality",
    "requests": "Requests",
    "reviews": "Reviews",
    "curves": "Curves of time to reach",
    "intake": "Intake",
    "quality": "Quality of the records",
}


def told(measure: Measure) -> dict[str, Any]:
    """Return a measure as it is shown: every field in words."""
    return {
        "id": measure.id,
        "title": measure.title,
        "meaning": measure.meaning,
        "numerator": _named(measure, _numerator(measure)),
        "denominator": _named(measure, _denominator(measure)),
        "beside": ", ".join([*measure.beside, *_beside(measure)]),
        "unit": measure.unit,
        "tables": ", ".join(tables_of(measure)),
        "period": _period(measure),
        "limit": str(measure.limit) if measure.limit else "",
        "by_definition": "yes" if is_by_definition(measure) else "",
        "source": measure.source,
        "owner": measure.owner,
        "version": measure.version,
        "since": "; ".join(
            [f"version 1, {measure.since}"]
            + [f"version {one.version}, {one.on}: {one.what}" for one in measure.changes]
        ),
    }


def table_lines() -> Iterator[str]:
    """Yield the page of event tables and their columns."""
    yield "What each column holds; [events.md](events.md) says how the tables are read. An id is an opaque text, a code a"
    yield "lower-case word, a time a UTC timestamp, a count a whole number. Unknown is null. The key is in bold."
    for table in TABLES.values():
        yield ""
        yield f"## {table.name}"
        yield ""
        yield f"One row for each: {table.row}."
        yield ""
        yield "| column | holds | never null |"
        yield "|---|---|---|"
        for column in table.columns:
            name = f"**`{column.name}`**" if column.name in table.key else f"`{column.name}`"
            holds = (
                f"{column.kind}: {', '.join(column.codes)}" if column.codes else str(column.kind)
            )
            holds += f", {column.at_most:g} at most" if column.at_most is not None else ""
            yield f"| {name} | {holds} | {'yes' if column.never_null else ''} |"


def lines() -> Iterator[str]:
    """Yield the page of definitions."""
    yield "Each measure is declared once, in `throughline.measures.catalogue`. Conditions are over the columns of"
    yield "the [event tables](events.md); `is_reached`, `is_not_reached`, `is_no_details` and `is_open` are the four"
    yield "outcomes, of which each case and contact has exactly one. Shares are unrounded fractions."
    yield ""
    yield "## What counts as reached"
    yield ""
    yield "| definition | manners | in force from | source |"
    yield "|---|---|---|---|"
    for one in DEFINITIONS.values():
        since = one.since or "the start"
        yield f"| `{one.id}` | {one.title}; an unknown manner counts | {since} | {one.source} |"
    yield ""
    yield "Before the day from which a definition is in force, a group of whose people none has a known manner"
    yield "(`reached_how`) has no figure under it: it is null, and the count stands beside as `unjudged`."
    family = ""
    for measure in MEASURES.values():
        if measure.id.split(".")[0] != family:
            family = measure.id.split(".")[0]
            yield ""
            yield f"## {FAMILIES[family]}"
        yield ""
        yield f"### {measure.id}"
        yield ""
        yield f"**{measure.title}.** {measure.meaning}"
        yield ""
        for name, value in told(measure).items():
            if value and name not in {"id", "title", "meaning"}:
                yield f"- {name.replace('_', ' ')}: {value}"


def _named(measure: Measure, told: str) -> str:
    """Call the rows what they are; a column may have the word in its name."""
    return re.sub(r"\brows\b", measure.table.replace("_", " "), told)


def _numerator(measure: Measure) -> str:
    match measure.shape:
        case None:
            return _words(measure.numerator) if measure.numerator else _product(measure)
        case Bands() as bands:
            of = f"{_words(measure.base)}, by band of `{bands.leg.end} - {bands.leg.start}`: "
            return of + ", ".join(bands.names)
        case Split() as split:
            return f"{_words(measure.base)}, by {', '.join(split.among)}"
        case Kpi() as kpi:
            return f"`{kpi.success}`"
        case Mix() as mix:
            return f"{_words(measure.base)}, in each of {', '.join(mix.strata)}"
        case Percentiles() as told:
            points = [f"p{point}" for point in told.points] + ["max"] * told.largest
            return f"{', '.join(points)} of `{told.of}`{_where(measure.base)}"
    return ""


def _denominator(measure: Measure) -> str:
    match measure.shape:
        case Bands():
            return f"those in {', '.join(BANDS)}"
        case Split():
            return _words(measure.base)
        case Kpi() as kpi:
            outside = ", ".join(["immature", *kpi.outside])
            return f"{_words(measure.base)} with `{kpi.limit}` up to the cut, without {outside}"
        case Mix():
            return "rows in each, weighted as in the standard week"
        case Percentiles():
            return ""
    return _words(measure.denominator) if measure.denominator else ""


def _beside(measure: Measure) -> tuple[str, ...]:
    match measure.shape:
        case Bands() as bands:
            return (*BESIDE_BANDS, *bands.apart)
        case Kpi() as kpi:
            return ("immature", *kpi.outside)
        case Percentiles() as told:
            return ("n",) if told.never is None else ("n", "never")
        case Mix() as mix:
            return tuple(f"standard_{name}" for name in mix.strata)
    return ()


def _product(measure: Measure) -> str:
    return " x ".join(f"`{one}`" for one in measure.product.values())


def _period(measure: Measure) -> str:
    return measure.period.replace("plus_limit(", "").replace(")", " + the limit")


def _words(one: Aggregate) -> str:
    match one:
        case Count():
            return "rows" + _where(one)
        case Distinct():
            return f"different `{one.of}`" + _where(one)
        case Total():
            return f"sum of `{one.of}`" + _where(one)
        case Largest():
            return f"largest `{one.of}`" + _where(one)
    return f"percentiles of `{one.of}`" + _where(one)


def _where(one: Aggregate) -> str:
    return "" if one.where == ALL else f" with `{one.where}`"
