"""How soon people are reached, as a curve: Kaplan and Meier's product-limit estimate."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HOUR = 3600
GRID = tuple(range(97))
"""The hours at which a curve is told, 0 to 96."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """The share reached by each hour since a clock began.

    `hours` and `reached` are as long as each other; `reached` is a fraction, None beyond the longest time for
    which anybody was followed. `n` counts the rows that the curve is over, `unknown` those left out because a time
    is missing, `fault` because their times are out of order.
    """

    name: str
    hours: tuple[float, ...]
    reached: tuple[float | None, ...]
    n: int
    unknown: int = 0
    fault: int = 0

    def at(self, hours: float) -> float | None:
        """Return the share reached by this hour, which must be one of `hours`."""
        return self.reached[self.hours.index(hours)]


def kaplan_meier(
    times: Iterable[tuple[float, int, int]], hours: Sequence[float] = GRID
) -> tuple[float | None, ...]:
    """Return the share reached by each hour.

    `times` holds, for each distinct time in seconds since the clock began, how many were reached then and how many
    were last followed then unreached (censored). Those censored at a moment count as still followed at it. Kaplan and
    Meier, Journal of the American Statistical Association 53 (1958), 457-481.

    Example: `kaplan_meier([(3600, 1, 0), (7200, 0, 1)], (0, 1, 2))` is `(0.0, 0.5, 0.5)`.
    """
    ordered = sorted(times)
    followed = sum(reached + censored for _, reached, censored in ordered)
    if not followed:
        return (None,) * len(hours)
    moments: list[float] = []
    shares: list[float] = []
    unreached = 1.0
    for seconds, reached, censored in ordered:
        if reached:
            unreached *= 1 - reached / followed
        moments.append(seconds)
        shares.append(1 - unreached)
        followed -= reached + censored
    longest = moments[-1]
    # When the last of all was reached, the estimate stays where it is for ever after.
    ends_in_events = ordered[-1][2] == 0
    return tuple(
        (shares[place - 1] if place else 0.0) if hour * HOUR <= longest or ends_in_events else None
        for hour in hours
        for place in (bisect_right(moments, hour * HOUR),)
    )
