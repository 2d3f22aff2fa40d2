"""The page at the address of the senders' door."""
