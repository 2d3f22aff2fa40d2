"""Who waits to be called, and why."""
