"""Decisions of tracing as pure functions: no Django, no clock, no reading or writing."""
