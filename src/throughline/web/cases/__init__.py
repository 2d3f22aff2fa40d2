"""One case, for the authority and for the local teams with which it is shared."""
