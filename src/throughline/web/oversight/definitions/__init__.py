"""Every rule in use, readable by anyone."""
