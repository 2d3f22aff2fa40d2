"""Who sends results: each with its keys, its formats, its silence and its faults."""
