"""Throughline: test and trace, from the laboratory result to the released contact."""
