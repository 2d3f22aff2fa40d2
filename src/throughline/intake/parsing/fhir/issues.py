"""What is wrong with a message, in the terms of a FHIR OperationOutcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired",
    "forbidden", "processing", "not-supported", "duplicate", "not-found", "too-long", "code-invalid",
    "too-costly", "business-rule", "conflict", "transient", "throttled", "exception", "informational",
    "timeout", "incomplete",
]  # fmt: skip
"""Of FHIR's value set `issue-type`, those that are given here."""


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One thing wrong: FHIR's code for its kind, where (a FHIRPath, or nothing), and a sentence."""

    code: Code
    sentence: str
    expression: str = ""


class Refused(Exception):
    """A message of which nothing can be read, and why."""

    def __init__(self, *issues: Issue) -> None:
        """Keep the issues, of which there is at least one."""
        super().__init__(issues[0].sentence)
        self.issues = issues
