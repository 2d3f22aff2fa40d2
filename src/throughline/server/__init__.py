"""The embedded PostgreSQL, the processes and their supervisor. Knows no Django."""
