"""Event tables to figures: a plain library that knows no Django, so that every figure is computed once."""
