"""Measurements of the whole line, each beside its limit in the same run. Run by script/bench."""
