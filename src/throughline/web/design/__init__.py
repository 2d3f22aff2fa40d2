"""The gallery: every component with invented data, in the demonstration only."""
