"""Of several DiagnosticReports that list one Observation, the one that speaks for it, in whatever order they come."""

from __future__ import annotations

import json
from collections.abc import Sequence

from throughline.intake.parsing.fhir.document import Json
from throughline.intake.parsing.fhir.issues import Issue

WITHDRAWN = ("entered-in-error", "cancelled")
AMENDED = ("amended", "corrected")


def speaking(reports: Sequence[Json]) -> Json | None:
    """Return the report that takes back most; of those that take back alike the one issued last; None of none."""
    if len(reports) < 2:
        return reports[0] if reports else None
    return max(reports, key=_weight)


def contradiction(observation: Json, reports: Sequence[Json], place: str) -> Issue | None:
    """Return the issue with a result that one report withdraws while another lets it stand.

    Neither is taken for true: a positive would be lost by the one, and by the other somebody would be rung about a
    result that never was. One that is withdrawn by its own status is withdrawn whatever its reports say.
    """
    if observation.get("status") in WITHDRAWN:
        return None
    said = {str(report.get("status")) for report in reports}
    gone, standing = sorted(said & {*WITHDRAWN}), sorted(said - {*WITHDRAWN})
    if not gone or not standing:
        return None
    return Issue(
        code="conflict",
        expression=place,
        sentence=f"{place} is listed by a DiagnosticReport that is {gone[0]!r} and by another that is "
        f"{standing[0][:20]!r}: send the one that stands, or give the Observation itself the status "
        "entered-in-error.",
    )


def _weight(report: Json) -> tuple[int, str, str]:
    status = report.get("status")
    strength = 2 if status in WITHDRAWN else 1 if status in AMENDED else 0
    # What it says in full decides only what would else be left to the order.
    return strength, str(report.get("issued", "")), json.dumps(report, sort_keys=True)
