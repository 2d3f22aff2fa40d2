"""Bytes to one JSON object. What could tie up the machine is told by its bytes, before anything is parsed."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Any

import orjson

from throughline.intake.parsing.fhir.issues import Issue, Refused

Json = dict[str, Any]

MOST_BYTES = 8 * 1024 * 1024
"""In one message: some 5,000 results with their patients."""

MOST_RESOURCES = 20_000
DEEPEST = 40
"""Objects and lists within one another; FHIR's own examples reach 14."""

MOST_PARTS = 500_000
"""Objects and lists in all, each of which takes memory whatever it holds."""

_STRINGS = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))
_STEP = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def read(data: bytes) -> Json:
    """Return a message's object. Raises Refused for what is too large, too deep, or no JSON object."""
    check_size(len(data))
    _check_parts(data)
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError as problem:
        raise Refused(
            Issue(
                code="structure",
                sentence=f"The message is no JSON: it goes wrong at line {problem.lineno}, column "
                f"{problem.colno}. Send FHIR R4 as JSON in UTF-8.",
            )
        ) from None
    if not isinstance(found, dict):
        raise Refused(
            Issue(
                code="structure",
                sentence="The message is JSON but no object: send one FHIR resource, {…}.",
            )
        )
    return found


def check_size(size: int) -> None:
    """Refuse a message by its length, which may be known before its first byte."""
    if size > MOST_BYTES:
        raise Refused(
            Issue(
                code="too-long",
                sentence=f"The message has {size:,} bytes; {MOST_BYTES:,} are allowed. Send it in several.",
            )
        )


def _check_parts(data: bytes) -> None:
    resources = data.count(b'"resourceType"')
    if resources > MOST_RESOURCES:
        raise Refused(
            Issue(
                code="too-costly",
                sentence=f"The message holds {resources:,} resources; {MOST_RESOURCES:,} are allowed. "
                "Send it in several.",
            )
        )
    brackets = _STRINGS.sub(b"", data).translate(None, _NO_BRACKET)
    if len(brackets) > 2 * MOST_PARTS:
        raise Refused(
            Issue(
                code="too-costly",
                sentence=f"The message holds more than {MOST_PARTS:,} objects and lists, which are allowed. "
                "Send it in several.",
            )
        )
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > DEEPEST:
        raise Refused(
            Issue(
                code="too-costly",
                sentence=f"The message nests objects and lists more than {DEEPEST} deep, which no result "
                "does. Send the resources themselves.",
            )
        )
