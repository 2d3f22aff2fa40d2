"""Why a result opens no case: one reason, the first that holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from throughline.definitions.forms.protocol import Protocol

Reason = Literal[
    "negative",
    "void",
    "not_positive",
    "withdrawn",
    "not_notifiable",
    "outside_jurisdiction",
    "test_kind",
    "no_date",
    "future_specimen",
    "too_old",
]


@dataclass(frozen=True, kw_only=True)
class TestResult:
    """What the decision needs of a result; days are local, `area` is the code of the place or unknown."""

    __test__ = False  # not a test, whatever the name tells pytest

    result: str
    test_kind: str | None
    specimen_on: date | None
    received_on: date
    area: str | None


def exclusion_reason(
    result: TestResult, *, protocol: Protocol | None, areas: Iterable[str] | None = None
) -> Reason | None:
    """The one reason for which this result opens no case, or None when it must.

    `protocol` is None for a disease that has none in force; `areas` is None where everywhere is ours.
    An unknown area and an unknown kind of test exclude nobody. `specimen_on` falls back on the report's day
    before it comes here.
    """
    if result.result != "positive":
        return _not_positive(result.result)
    if protocol is None:
        return "not_notifiable"
    if areas is not None and result.area and result.area not in set(areas):
        return "outside_jurisdiction"
    if result.test_kind and result.test_kind not in protocol.accept.test_kinds:
        return "test_kind"
    return _bad_date(result, oldest_days=protocol.accept.oldest_days)


def _not_positive(code: str) -> Reason:
    if code == "negative":
        return "negative"
    return "void" if code == "void" else "not_positive"


def _bad_date(result: TestResult, *, oldest_days: int | None) -> Reason | None:
    if result.specimen_on is None:
        return "no_date"
    age = (result.received_on - result.specimen_on).days
    if age < 0:
        return "future_specimen"
    return "too_old" if oldest_days is not None and age > oldest_days else None
