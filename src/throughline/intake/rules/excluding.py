"""Which rows of a file nothing follows from, though nothing is wrong with them, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from throughline.definitions.forms.mapping import Exclusion
from throughline.intake.rules.columns import Columns


def excluding(
    columns: Columns, rules: Sequence[Exclusion]
) -> Callable[[Sequence[str]], str | None]:
    """The function that returns why a row is excluded, None where it is not.

    Raises FileRefused when a column that a rule asks is not in the file.
    """
    asked = [
        (
            columns.place(rule.column, field="excluded"),
            {value.casefold() for value in rule.values},
            rule.reason,
        )
        for rule in rules
    ]

    def reason(row: Sequence[str]) -> str | None:
        for place, among, why in asked:
            if row[place].strip().casefold() in among:
                return why
        return None

    return reason
