"""A line list by hand, through the same door as every message."""
