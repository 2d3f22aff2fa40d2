"""Acknowledgements: what a sender is told, in its own separators and version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from throughline.intake.parsing.hl7.envelopes import Envelope
from throughline.intake.parsing.hl7.escapes import escaped
from throughline.intake.parsing.hl7.separators import USUAL, Separators

Code = Literal["AA", "AE", "AR"]

COMMIT = {"AA": "CA", "AE": "CE", "AR": "CR"}
ENHANCED = frozenset({"AL", "ER", "SU"})
"""MSH-15 of a sender that asks whether its message is kept, rather than whether it is accepted."""

CONDITIONS = {
    "AE": "207^Application internal error^HL70357",
    "AR": "200^Unsupported message type^HL70357",
}
WITH_ERR = ("2.5", "2.5.1", "2.6", "2.7", "2.7.1")
LONGEST_TEXT = 250


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is said of one message. `number` and `at` come from its row, so that it is told the same again."""

    code: Code
    sentence: str
    number: str
    at: datetime


def acknowledgement(
    answer: Answer, envelope: Envelope | None, by: Separators | None, *, facility: str
) -> bytes:
    """Return the acknowledgement; `envelope` and `by` are None where not even MSH could be read.

    In original mode AA, AE or AR. A sender whose MSH-15 asks for a commit answer gets CA, CE or CR.
    """
    by = by or USUAL
    code = COMMIT[answer.code] if envelope and envelope.wants in ENHANCED else answer.code
    version = envelope.version if envelope and not envelope.refusal else "2.5.1"

    def said(text: str) -> str:
        return escaped(text, by)

    def line(*fields: str) -> str:
        return by.field.join(fields)

    event = said(envelope.kind[1]) if envelope else ""
    kind = by.component.join(part for part in ("ACK", event, "ACK") if part)
    header = line(
        "MSH", by.stated, "THROUGHLINE", said(facility), said(envelope.application if envelope else ""),
        said(envelope.facility[0] if envelope else ""), f"{answer.at.astimezone(UTC):%Y%m%d%H%M%S}+0000", "",
        kind, answer.number, said(envelope.processing if envelope else "") or "P", version,
    )  # fmt: skip
    sentence = said(answer.sentence[:LONGEST_TEXT].encode("ascii", "replace").decode())
    lines = [header, line("MSA", code, said(envelope.control_id if envelope else ""), sentence)]
    if answer.code != "AA" and version in WITH_ERR:
        condition = CONDITIONS[answer.code].replace("^", by.component)
        lines.append(line("ERR", "", "", condition, "E", "", "", "", sentence))
    text = "".join(f"{one.rstrip(by.field)}\r" for one in lines)
    return text.encode("ascii", "replace")
