"""Views of the console, by what the handler does."""
