"""Every rule, outcome list, script and mapping in use: dated, approved, insert-only, validated on load."""
