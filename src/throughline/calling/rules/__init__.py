"""Decisions about calls as pure functions: the moment, the terms and the facts come in, an answer goes out."""
