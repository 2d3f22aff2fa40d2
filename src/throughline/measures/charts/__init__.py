"""Charts of measures: each gives the picture, the figures drawn in it, its finding and the same in words."""

from throughline.measures.charts.cascade import cascade, cascade_of
from throughline.measures.charts.clock_legs import clock_legs
from throughline.measures.charts.decomposition import decomposition
from throughline.measures.charts.epicurve import epicurve, epicurve_of
from throughline.measures.charts.figure import NARROW, WIDE, Canvas, Figure
from throughline.measures.charts.occupancy import occupancy
from throughline.measures.charts.reach_curves import time_to_reach

__all__ = [
    "NARROW",
    "WIDE",
    "Canvas",
    "Figure",
    "cascade",
    "cascade_of",
    "clock_legs",
    "decomposition",
    "epicurve",
    "epicurve_of",
    "occupancy",
    "time_to_reach",
]
