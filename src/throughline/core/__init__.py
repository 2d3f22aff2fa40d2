"""Ids, the clock, the database context and Sight: only what three or more rooms need. Imports no room."""
