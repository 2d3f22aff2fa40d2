"""Persons, residences, households, contact details, links, and the allowance of calls per person and telephone."""
