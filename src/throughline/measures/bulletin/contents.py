"""What the bulletin holds: each table once, in the order in which a reader needs them."""

from __future__ import annotations

from itertools import pairwise

from throughline.measures.bulletin.tables import (
    EVERYONE,
    Line,
    Shown,
    Span,
    TableSpec,
    Unit,
    Who,
    count,
    share,
)
from throughline.measures.catalogue import MEASURES
from throughline.measures.catalogue.curves import (
    LATER,
    NEVER,
    OUT_OF_ORDER,
    STEPS,
    UNTIMED,
    step,
)

BEFORE, SINCE = "reach-2020-05", "reach-2020-11"
NOT_HEALTH_PROTECTION = (Who.OTHERS,)

BANDS = {
    "le24h": "24 hours or less",
    "24_48h": "24 to 48 hours",
    "48_72h": "48 to 72 hours",
    "gt72h": "over 72 hours",
}
POINTS = {"p50": "Median", "p90": "90th percentile"}
LEGS = {
    "clock.onset_to_taken": "Symptoms to test",
    "clock.taken_to_result": "Test to result",
    "clock.result_to_transfer": "Result to transfer",
    "clock.transfer_to_reached": "Transfer to case reached",
    "clock.identified_to_reached": "Contact identified to reached",
    "clock.onset_to_contact_reached": "Symptoms to contact reached",
}
ROUTES = {
    "tests.from_booking": "From booking",
    "tests.from_taking": "From taking",
    "tests.from_lab": "From receipt in the laboratory",
}


CURVE_NAMES = {
    "curves.case_reached": "Cases, from transfer",
    "curves.contact_reached": "Contacts, from being identified",
    "curves.case_to_contact_reached": "Contacts, from their case's transfer",
}


def _bands(measure: str) -> tuple[Shown, ...]:
    """A time by band: the counts, the shares over the rows with both times in order, and what is without."""
    return (
        *(count(title.capitalize(), measure, band=band) for band, title in BANDS.items()),
        *(share(title.capitalize(), measure, band=band) for band, title in BANDS.items()),
        count("Time unknown", measure, band="unknown"),
        count("Times out of order", measure, band="fault"),
    )


def _cases(**more: str) -> tuple[Shown, ...]:
    return (
        count("Cases transferred", "cases.transferred"),
        count("Cases reached", "cases.reached", **more),
        share("Cases reached", "cases.reached", **more),
    )


def _contacts(**more: str) -> tuple[Shown, ...]:
    return (
        count("Contacts identified", "contacts.identified"),
        count("Contacts reached", "contacts.reached", **more),
        share("Contacts reached", "contacts.reached", **more),
        share("Contacts reached where details were given", "contacts.reached_with_details", **more),
    )


def _both_definitions(measure: str, noun: str) -> tuple[Shown, ...]:
    return tuple(
        column
        for definition in (BEFORE, SINCE)
        for column in (
            count(f"{noun} reached, {definition}", measure, definition=definition),
            share(f"{noun} reached, {definition}", measure, definition=definition),
        )
    )


_COVERAGE = share("Cases reached by contacts reached", "coverage.case_by_contact")
_MIXED = share("Contacts reached, mix-adjusted", "contacts.reached_mix_adjusted", who=(Who.ALL,))

SUMMARY = TableSpec(
    name="summary",
    title="Cases and contacts reached in the week, for all and for the two groups",
    who=EVERYONE,
    turned=True,
    columns=(*_cases(), *_contacts(), _COVERAGE, _MIXED),
    notes=("reached", "managed", "product", "mix"),
)

CASES = TableSpec(
    name="cases",
    title="Cases transferred to tracing and their outcome, by week",
    who=EVERYONE,
    columns=(
        *_cases(),
        count("Not reached or still open", "cases.not_reached"),
        share("Not reached or still open", "cases.not_reached"),
        count("Of these still open", "cases.open"),
        count("No contact details", "cases.no_details"),
        share("No contact details", "cases.no_details"),
        count("Named a contact", "cases.gave_contacts"),
        share("Named a contact", "cases.gave_contacts"),
        Shown(title="Contacts a case", measure="cases.contacts_named", unit=Unit.NUMBER),
    ),
    notes=("reached", "managed", "open"),
)

CONTACTS = TableSpec(
    name="contacts",
    title="Contacts identified and their outcome, by week",
    who=EVERYONE,
    columns=(
        *_contacts(),
        count("Not reached or still open", "contacts.not_reached"),
        share("Not reached or still open", "contacts.not_reached"),
        count("Of these still open", "contacts.open"),
        count("No contact details", "contacts.no_details"),
        share("No contact details", "contacts.no_details"),
        count("Different people", "contacts.people"),
    ),
    notes=("reached", "managed", "open", "twice"),
)

COVERAGE = TableSpec(
    name="coverage",
    title="How much of the chain from case to contact was reached, by week",
    columns=(
        share("Cases reached", "cases.reached"),
        share("Contacts reached", "contacts.reached"),
        _COVERAGE,
        share("Contacts of the week's cases reached", "coverage.cohort"),
        _MIXED,
    ),
    notes=("product", "cohort", "mix"),
)

CASE_TIMES = TableSpec(
    name="case-times",
    title="Time from transfer to reaching cases not managed by health protection, by week",
    who=NOT_HEALTH_PROTECTION,
    columns=_bands("cases.reached_within"),
    notes=("bands", "timings"),
)

CONTACT_TIMES = TableSpec(
    name="contact-times",
    title="Time from being identified to reaching contacts not managed by health protection, by week",
    who=NOT_HEALTH_PROTECTION,
    columns=_bands("contacts.reached_within"),
    notes=("bands", "timings"),
)

WHOLE_TIMES = TableSpec(
    name="case-to-contact-times",
    title="Time from the case's transfer to reaching contacts not managed by health protection, by week",
    who=NOT_HEALTH_PROTECTION,
    columns=_bands("contacts.reached_within_of_case"),
    notes=("bands", "timings"),
)

CURVES = TableSpec(
    name="curves",
    title="Cases and contacts not managed by health protection reached by hour, in the week",
    who=NOT_HEALTH_PROTECTION,
    columns=tuple(count(name, measure) for measure, name in CURVE_NAMES.items()),
    lines=(
        *(
            Line(title=f"After {after} and by {upto} hours", band=step(upto))
            for after, upto in pairwise(STEPS)
        ),
        Line(title=f"After {STEPS[-1]} hours", band=LATER),
        Line(title="Not reached", band=NEVER),
        Line(title="Reached, time unknown", band=UNTIMED),
        Line(title="Reached, times out of order", band=OUT_OF_ORDER),
    ),
    lines_are="Hours",
    notes=("timings", "curve"),
)

CLOCK = TableSpec(
    name="clock",
    title="Hours from one event to the next for those not managed by health protection, in the week",
    who=NOT_HEALTH_PROTECTION,
    columns=(
        *(
            Shown(title=point, measure=next(iter(LEGS)), unit=Unit.HOURS, band=band)
            for band, point in POINTS.items()
        ),
        count("Number", next(iter(LEGS)), "n", band="p50"),
    ),
    lines=tuple(Line(title=leg, measure=measure) for measure, leg in LEGS.items()),
    lines_are="Leg",
    notes=("percentiles", "timings"),
)

ONSETS = TableSpec(
    name="onsets",
    title="Cases transferred by the end of the week, by the day of their first symptoms",
    span=Span.EVER,
    by=("onset_on",),
    columns=(count("Cases transferred", "cases.transferred"),),
    notes=("onset",),
)

EVER = TableSpec(
    name="total",
    title="Cases transferred and contacts identified since the tables begin",
    span=Span.EVER,
    columns=(
        count("Cases transferred", "cases.transferred"),
        count("Contacts identified", "contacts.identified"),
    ),
)

HOUSEHOLD = TableSpec(
    name="household",
    title="Contacts not managed by health protection, by household and week",
    by=("household",),
    who=NOT_HEALTH_PROTECTION,
    columns=_contacts()[:3],
    notes=("household",),
)

REGIONS = TableSpec(
    name="regions",
    title="Cases and contacts by region, in the week",
    span=Span.WEEK,
    by=("region",),
    who=EVERYONE,
    columns=(*_cases(), *_contacts(), _COVERAGE),
    notes=("reached", "managed", "product"),
)

TESTS = TableSpec(
    name="tests",
    title="Tests, people tested and people positive, by week",
    columns=(
        count("Results communicated", "tests.communicated"),
        count("People tested", "tests.positivity", "denominator"),
        count("People positive", "tests.positivity"),
        share("People positive", "tests.positivity"),
    ),
    notes=("tests",),
)

TURNAROUND = TableSpec(
    name="turnaround",
    title="Time to the result of a test by route, in the week",
    span=Span.WEEK,
    by=("route",),
    columns=tuple(
        column
        for measure, start in ROUTES.items()
        for column in (
            *(share(f"{start}: {title}", measure, band=band) for band, title in BANDS.items()),
            count(f"{start}: time unknown", measure, band="unknown"),
        )
    ),
    notes=("tests", "bands"),
)

DISTANCE = TableSpec(
    name="distance",
    title="Distance to the site of tests taken in person, by week",
    columns=tuple(
        Shown(title=title, measure="tests.distance", unit=Unit.MILES, band=band)
        for band, title in (
            ("p50", "Median miles"),
            ("p75", "75th percentile"),
            ("p90", "90th percentile"),
            ("p95", "95th percentile"),
        )
    ),
    notes=("percentiles",),
)

DEFINITIONS = TableSpec(
    name="definitions",
    title="Cases and contacts reached under each definition of reached, by week",
    columns=(
        *_both_definitions("cases.reached", "Cases"),
        *_both_definitions("contacts.reached", "Contacts"),
    ),
    notes=("reached", "break"),
)

ATTEMPTS = TableSpec(
    name="attempts",
    title="Calls and visits a person, by week",
    columns=tuple(
        Shown(title=title, measure="attempts.per_person", unit=Unit.NUMBER, band=band)
        for band, title in (("p50", "Median"), ("p95", "95th percentile"), ("max", "Most"))
    ),
    notes=("percentiles",),
)

OCCUPANCY = TableSpec(
    name="occupancy",
    title="How much of their paid time agents were busy, by provider and day, in the week",
    span=Span.WEEK,
    by=("provider", "day"),
    columns=(
        share("Busy", "workforce.occupancy"),
        share("Busy, of all paid time", "workforce.utilisation"),
        share("Idle with work waiting", "workforce.idle_waiting"),
        share("Idle without work waiting", "workforce.idle_empty"),
    ),
    notes=("occupancy",),
)

BATCHES = TableSpec(
    name="batches",
    title="What laboratories sent and what was received, in the week in which it was first known",
    span=Span.WEEK,
    by=("laboratory",),
    columns=(
        count("Batches", "intake.batches"),
        count("Rows sent", "intake.rows_sent"),
        count("Rows received", "intake.rows_received"),
        count("Accepted", "intake.accepted"),
        count("Duplicates", "intake.duplicates"),
        count("Quarantined", "intake.quarantined"),
        count("Rejected", "intake.rejected"),
        count("Batches not received whole", "intake.batches_short"),
        count("Batches that do not balance", "intake.batches_unbalanced"),
        count("Batches with other results than accepted", "intake.batches_unmatched"),
    ),
    notes=("balance",),
)

POSITIVES = TableSpec(
    name="positives",
    title="Positive results with their case or the reason why there is none, by week first known",
    columns=(
        count("Positive results", "intake.positives_with_case", "denominator"),
        count("With a case", "intake.positives_with_case"),
        count("With a reason for no case", "intake.positives_with_reason"),
        count("With neither", "intake.positives_unaccounted"),
    ),
    notes=("balance",),
)

REASONS = TableSpec(
    name="reasons",
    title="Positive results without a case of their own, by reason, in the week",
    span=Span.WEEK,
    by=("no_case_reason",),
    columns=(count("Positive results", "intake.positives_with_reason"),),
    notes=("balance",),
)

_CHECKS = [one for one in MEASURES.values() if one.id.startswith("quality.")]

QUALITY = TableSpec(
    name="quality",
    title="How complete and how late the records of the week are",
    columns=(
        count("Number", _CHECKS[0].id),
        count("Of", _CHECKS[0].id, "denominator"),
        Shown(title="Share", measure=_CHECKS[0].id, unit=Unit.SHARE),
    ),
    lines=tuple(Line(title=one.title, measure=one.id) for one in _CHECKS),
    lines_are="Records",
    notes=("late",),
)

TABLES = (
    SUMMARY, CASES, CONTACTS, COVERAGE, DEFINITIONS, CASE_TIMES, CONTACT_TIMES, WHOLE_TIMES, CURVES,
    CLOCK, EVER, ONSETS, HOUSEHOLD, REGIONS, TESTS, TURNAROUND, DISTANCE, ATTEMPTS, OCCUPANCY,
    BATCHES, POSITIVES, REASONS, QUALITY,
)  # fmt: skip
"""In the order in which the page shows them."""
