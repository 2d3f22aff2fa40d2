"""Decisions about persons as pure functions: how names, addresses and telephones compare."""
