"""Every read of tracing that leaves the room."""
