"""Tests of the measures: small tables and the answers that follow from them, the same on every engine."""
