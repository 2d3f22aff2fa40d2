"""Pages of a local team: handovers, shared cases, escalations."""
