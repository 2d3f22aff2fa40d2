"""The console: one screen on which a handler holds one conversation at a time."""
