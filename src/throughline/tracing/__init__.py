"""Episodes, cases, contacts, settings, isolation, sharing, handover, and who may see whom."""
