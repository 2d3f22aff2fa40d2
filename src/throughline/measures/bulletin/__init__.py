"""The weekly bulletin: one command from event tables to a page, a workbook, CSV files and charts.

Every figure in it is an answer of a measure that has passed disclosure control; page, workbook and CSV are three
ways of showing the same cells.
"""
