"""`throughline events from-list`: a line list of one's own, and its contacts, as event tables."""
