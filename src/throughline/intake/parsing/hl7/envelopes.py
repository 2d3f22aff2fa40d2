"""What a message's MSH says of it, and whether it is one for us."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.intake.parsing.hl7.escapes import plain
from throughline.intake.parsing.hl7.message import Message

VERSIONS = ("2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1")
LONGEST_ID = 199
"""Characters of a control id: 20 until 2.6, 199 since."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """The fields of MSH by what they mean; each the first component of its first repetition unless two."""

    application: str
    facility: tuple[str, str]
    receiver: str
    written_at: str
    kind: tuple[str, str]
    control_id: str
    processing: str
    version: str
    wants: str

    @property
    def refusal(self) -> str:
        """Why the message is not one for us, as a sentence; empty when it is."""
        kind = "^".join(self.kind)
        if self.kind != ("ORU", "R01"):
            return (
                f"MSH-9 is {kind[:40]!a}; results are taken as ORU^R01: send results here and other "
                "messages elsewhere."
            )
        if self.version not in VERSIONS:
            return (
                f"MSH-12 is {self.version[:20]!a}; the versions {', '.join(VERSIONS)} are allowed: send "
                "the message in one of them."
            )
        if not self.control_id or len(self.control_id) > LONGEST_ID:
            return (
                f"MSH-10 has {len(self.control_id)} characters; an id of 1 to {LONGEST_ID} is needed, by which "
                "the message is known again: give each message one of its own."
            )
        return ""


def envelope_of(message: Message) -> Envelope:
    """Return what MSH says."""

    def said(number: int, component: int = 1) -> str:
        if len(message.header) <= number or not (value := message.header[number]):
            return ""
        by = message.by
        parts = value.split(by.repetition, 1)[0].split(by.component, component)
        if len(parts) < component:
            return ""
        part = parts[component - 1].split(by.subcomponent, 1)[0]
        return plain(part, by, message.codec).replace("\x00", "\ufffd").strip()

    return Envelope(
        application=said(3),
        facility=(said(4), said(4, 2)),
        receiver=said(6),
        written_at=said(7),
        kind=(said(9), said(9, 2)),
        control_id=said(10),
        processing=said(11),
        version=said(12),
        wants=said(15),
    )
