"""Bytes changed at random against everything that reads what senders send."""
