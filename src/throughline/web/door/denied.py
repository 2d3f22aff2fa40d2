"""Why the door refuses a request: a status, what is wrong, and what the caller's machine needs besides."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.intake.parsing.fhir.issues import Code, Issue


class Denied(Exception):
    """A request that is not taken. Its issues are for the sender, in sentences."""

    def __init__(
        self, status: int, *issues: Issue, headers: Mapping[str, str] | None = None
    ) -> None:
        """Keep the answer."""
        super().__init__(status)
        self.status, self.issues, self.headers = status, issues, dict(headers or {})


def denied(
    status: int, code: Code, sentence: str, *, headers: Mapping[str, str] | None = None
) -> Denied:
    """Return a refusal with one sentence."""
    return Denied(status, Issue(code=code, sentence=sentence), headers=headers)
