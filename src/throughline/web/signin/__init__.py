"""Signing in: password, then a code from an authenticator; sessions that end."""
