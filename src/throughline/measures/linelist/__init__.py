"""A line list and its contact pairs: delays between two persons, how many each is linked to, clusters by size.

The two tables are the exchange form of the field: a row for each case with an id, and a row for each pair with `from` and
`to`. They come from event tables or from two frames or files of one's own, and every answer is a tidy frame.

>>> import pandas
>>> days = pandas.to_datetime(["2020-05-03", "2020-05-05", "2020-05-09"])
>>> cases = pandas.DataFrame({"id": ["a", "b", "c"], "onset": days})
>>> found = from_frames(cases, pandas.DataFrame({"from": ["a", "a"], "to": ["b", "c"]}))
>>> found
3 cases, 2 pairs
>>> found.delays("onset").to_pandas()["days"].tolist()
[2.0, 6.0]

Source of the shapes: the R package epicontacts (Nagraj and others 2018), whose lists and pairs are read as they are.
"""

from throughline.measures.linelist.brought import from_frames
from throughline.measures.linelist.lists import LineList
from throughline.measures.linelist.pairs import MEANING
from throughline.measures.linelist.recorded import from_events

__all__ = ["MEANING", "LineList", "from_events", "from_frames"]
