"""What needs attention first, then today in numbers."""
