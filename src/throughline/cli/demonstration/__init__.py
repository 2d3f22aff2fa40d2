"""The demonstration: an invented town, filled in by the service's own actions on a simulated calendar."""
