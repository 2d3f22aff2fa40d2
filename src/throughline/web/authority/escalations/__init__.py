"""Settings sent to health protection, and those held back."""
