"""Tracing's tables, one subject a file."""

from __future__ import annotations

from throughline.tracing.models.cases import Case, Episode, TestResult
from throughline.tracing.models.contacts import Contact, Exposure, NamedContact
from throughline.tracing.models.conversations import Interview
from throughline.tracing.models.responsibility import CaseShare, Holding
from throughline.tracing.models.settings import Escalation, Setting, Visit

__all__ = [
    "Case",
    "CaseShare",
    "Contact",
    "Episode",
    "Escalation",
    "Exposure",
    "Holding",
    "Interview",
    "NamedContact",
    "Setting",
    "TestResult",
    "Visit",
]
