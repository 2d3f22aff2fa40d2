"""Which status of a result stands where the report that it belongs to says one too."""

from __future__ import annotations

STRENGTH = {"corrected": 1, "withdrawn": 2}
"""How strongly a status takes back what was said before; any other takes nothing back."""


def prevailing(own: str, of_report: str | None) -> str:
    """Return the result's own status, unless its report takes back more than it does.

    A laboratory that withdraws or amends a report may leave the results in it as they were.
    """
    if of_report is not None and STRENGTH.get(of_report, 0) > STRENGTH.get(own, 0):
        return of_report
    return own
