"""The order in which the page tells things: under each heading the charts and tables that belong to it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A part of the page. `figures` and `tables` are names; what was not made is left out."""

    id: str
    title: str
    figures: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


SECTIONS = (
    Section(
        id="week",
        title="The week",
        figures=("cascade", "cascade-others"),
        tables=("summary",),
    ),
    Section(
        id="reached",
        title="Cases and contacts reached",
        figures=("decomposition",),
        tables=("cases", "contacts", "coverage"),
    ),
    Section(id="definitions", title="Definitions of reached", tables=("definitions",)),
    Section(
        id="speed",
        title="How soon people were reached",
        figures=("time-to-reach", "clock-legs"),
        tables=("case-times", "contact-times", "case-to-contact-times", "curves", "clock"),
    ),
    Section(
        id="onset",
        title="When cases fell ill",
        figures=("epicurve",),
        tables=("total", "onsets"),
    ),
    Section(id="where", title="Households and regions", tables=("household", "regions")),
    Section(id="tests", title="Tests", tables=("tests", "turnaround", "distance")),
    Section(id="work", title="The work", figures=("occupancy",), tables=("attempts", "occupancy")),
    Section(
        id="accounted",
        title="Is every record accounted for?",
        tables=("batches", "positives", "reasons"),
    ),
    Section(id="quality", title="How good the records are", tables=("quality",)),
    Section(id="revisions", title="Revisions", tables=("revisions",)),
)
