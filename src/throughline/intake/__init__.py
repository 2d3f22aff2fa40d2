"""Raw messages, parsers, the ledger that balances them, and quarantine."""
