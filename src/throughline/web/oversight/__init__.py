"""Pages of those who oversee the service, and of the authority with them."""
