"""A plain library: invented outbreaks and operations, with the truth known. Knows no Django."""
