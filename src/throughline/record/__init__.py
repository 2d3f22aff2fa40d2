"""What happened, as event tables: views over the rooms below, and their export. Owns no table."""
