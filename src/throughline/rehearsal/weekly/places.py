"""Where rows are, who handled them: nine regions with invented areas, invented providers and laboratories."""

from __future__ import annotations

from throughline.rehearsal.places import LABORATORIES as _LABORATORIES
from throughline.rehearsal.places import SUPPLIERS
from throughline.rehearsal.weekly.draws import Draws, Ints

REGIONS = (
    "north_east", "north_west", "yorkshire_and_the_humber", "east_midlands", "west_midlands",
    "east_of_england", "london", "south_east", "south_west",
)  # fmt: skip
_WEIGHTS = (2.7, 7.3, 5.5, 4.8, 5.9, 6.2, 9.0, 9.2, 5.6)
"""Millions of residents, about"""
AREAS_PER_REGION = 16
AREAS = tuple(f"{region}_{n:02d}" for region in REGIONS for n in range(1, AREAS_PER_REGION + 1))
NATIONAL = tuple(supplier.code for supplier in SUPPLIERS[:2])
"""The two providers of the national call centres"""
HEALTH_PROTECTION = "health_protection_teams"
LOCAL = "local_teams"
PROVIDERS = (*NATIONAL, HEALTH_PROTECTION, LOCAL)
LABORATORIES = tuple(laboratory.code for laboratory in _LABORATORIES)


def areas(draws: Draws, n: int) -> Ints:
    """Return the number of an area for each of n rows; its region is `area // AREAS_PER_REGION`."""
    region = draws.pick("region", n, _WEIGHTS).astype("int64")
    return region * AREAS_PER_REGION + draws.below("area", n, AREAS_PER_REGION)
