"""What can be wrong with the machinery below the service."""


class DownError(Exception):
    """Something that the command needs does not answer; the sentence says what to do."""


class AlreadyRunningError(Exception):
    """Another supervisor already serves this home."""
