"""Who may open which address: a table, and the test that holds every address to it."""
