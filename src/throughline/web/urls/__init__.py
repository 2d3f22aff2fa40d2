"""One URLconf a process."""
