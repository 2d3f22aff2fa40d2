"""Where every received row is, by sender and day."""
