"""The live figures: every measure that the service can answer, each with its definition and how it grew."""
