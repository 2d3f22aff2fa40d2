"""Whether two persons are one."""
