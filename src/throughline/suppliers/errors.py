"""What can be wrong with organisations."""

from __future__ import annotations

from throughline.core.errors import Problem


class UnknownOrganisation(Problem):
    """A code that no organisation has."""

    code = "unknown_organisation"

    def __init__(self, code: str) -> None:
        """Say how to register it."""
        super().__init__(
            f"No organisation has the code {code!r}; register it with `throughline organisations add`."
        )


class NotFounded(Problem):
    """What the service is cannot be said so."""

    code = "not_founded"
