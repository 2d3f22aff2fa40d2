"""Event tables of any size from weekly totals: a row for each case and contact, with exactly the counts given.

    from throughline.rehearsal import weekly
    weekly.write(weekly.open_source(Path("england-weekly.csv")).weeks, Path("events"), seed=2020)

A file of published weeks (`counts.py`) says every count, and the rows give all of them back to the unit. A file
of totals (`totals.py`) says only who was reached; the rest is assumed there, in the open, and weeks beyond the
file are its weeks once more, scaled. Each scaled row says so in a column `scaled`, and the manifest names every
assumption. A week is drawn by itself from named streams, so the same week is the same rows in any company, and
memory is that of one week whatever the number of weeks. All persons, providers and laboratories are invented.
docs/reference/weekly-counts.md has the columns of both kinds of file and the assumptions.
"""

from throughline.rehearsal.weekly.counts import Week, read_weeks
from throughline.rehearsal.weekly.folder import expand, write
from throughline.rehearsal.weekly.sources import open_source

__all__ = ["Week", "expand", "open_source", "read_weeks", "write"]
