"""What can be wrong with a definition, each in one sentence that says what to do."""


class DefinitionError(Exception):
    """Anything that keeps a definition out of use."""


class UnreadableDefinitionError(DefinitionError):
    """The file is missing, is not TOML, or lacks its head."""


class InvalidDefinitionError(DefinitionError):
    """A key holds something that its form does not allow."""

    def __init__(self, *, file: str, key: str, reason: str) -> None:
        self.file, self.key, self.reason = file, key, reason
        super().__init__(f"{file}: {key}: {reason}")


class ChangedUnderVersionError(DefinitionError):
    """A known version arrived with another body."""


class NothingInForceError(DefinitionError):
    """No version of the definition covers the day asked for."""
