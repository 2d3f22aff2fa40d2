"""Organisations, the supply chain and who owns whom."""
