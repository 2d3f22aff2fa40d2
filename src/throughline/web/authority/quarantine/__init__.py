"""Rows that could not be used, worked until none is left."""
