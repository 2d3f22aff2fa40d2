"""A week of laboratories' files with all that goes wrong on the way, and the truth of it to the unit.

`week` draws the rows, file by file; `writing` makes bytes of them as each laboratory sends them; `truth` counts
what must become of them.
"""
