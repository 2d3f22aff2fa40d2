"""Every change that tracing makes. Each is one transaction with its journal entry inside."""
