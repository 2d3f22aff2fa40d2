"""How a file never seen before is read: a proposal, corrected by a person, saved and used at once."""
