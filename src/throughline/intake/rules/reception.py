"""What a message that came over the wire is: whose, whether it is one for us, and what its sender is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from throughline.intake.parsing.hl7 import MAX_MESSAGE, Unreadable, split
from throughline.intake.parsing.hl7.envelopes import Envelope, envelope_of
from throughline.intake.parsing.hl7.message import header_of
from throughline.intake.parsing.hl7.separators import Separators

Why = Literal["", "content", "envelope", "not_for_us", "unknown_sender", "certificate"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """A message as far as it says what it is. `fault` is what is wrong in it, `refusal` why it is not for us."""

    envelope: Envelope | None
    by: Separators | None
    fault: str = ""
    refusal: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """Who may send: senders by code, those whose messages need a certificate, and whose certificate came."""

    by_code: Mapping[str, UUID]
    needs_certificate: frozenset[UUID]
    certified: UUID | None
    facility: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """Whose a message is (None: nobody's that we know) and why it is not taken, as a code and a sentence.

    Under `content` it is taken all the same, and its faults are for the quarantine.
    """

    sender: UUID | None
    why: Why = ""
    sentence: str = ""


TOO_LONG = (
    f"The message is longer than {MAX_MESSAGE // 1024} KB, which is allowed: send it without what is embedded in it. "
    "Only its beginning was kept."
)
NO_RESULT = "The message has no result: neither OBR nor OBX is in it. Send it with its results."


def hear(data: bytes, *, is_cut: bool) -> Heard:
    """Read a message as far as an answer needs."""
    try:
        message = header_of(data) if is_cut else split(data)
    except Unreadable as problem:
        return _unreadable(data, problem.sentence)
    envelope, fault = envelope_of(message), ""
    refusal = TOO_LONG if is_cut else envelope.refusal
    if not refusal and not any(segment[0] in ("OBR", "OBX") for segment in message.segments):
        fault = NO_RESULT
    return Heard(envelope=envelope, by=message.by, refusal=refusal, fault=fault)


def _unreadable(data: bytes, fault: str) -> Heard:
    """What can be heard of a message that cannot be read in full: its header perhaps."""
    try:
        head = header_of(data)
    except Unreadable as problem:
        return Heard(envelope=None, by=None, refusal=problem.sentence)
    envelope = envelope_of(head)
    if envelope.refusal:
        return Heard(envelope=envelope, by=head.by, refusal=envelope.refusal)
    return Heard(envelope=envelope, by=head.by, fault=fault)


def judge(heard: Heard, door: Door) -> Judged:
    """Say whose a message is, and what is against taking it; the first that holds."""
    if heard.envelope is None:
        return Judged(sender=door.certified, why="envelope", sentence=heard.refusal)
    facility = heard.envelope.facility
    named = next((door.by_code[code] for code in facility if code in door.by_code), None)
    sender = named or door.certified
    called = facility[0] or facility[1]
    if door.certified is not None and named is not None and named != door.certified:
        return Judged(
            sender=door.certified,
            why="certificate",
            sentence=f"MSH-4 names {called[:60]!a}, and the certificate of this connection is another sender's: "
            "send with the certificate of the laboratory that MSH-4 names.",
        )
    if sender is None:
        return Judged(
            sender=None,
            why="unknown_sender",
            sentence=f"MSH-4 names {called[:60]!a}, which is no sender known here: write the name that was "
            "agreed, or ask for the laboratory to be added.",
        )
    if door.certified is None and sender in door.needs_certificate:
        return Judged(
            sender=sender,
            why="certificate",
            sentence=f"Messages of {called[:60]!a} are taken with its certificate alone, and this connection "
            "has shown none: connect with the client certificate that was registered.",
        )
    if heard.refusal:
        return Judged(sender=sender, why="envelope", sentence=heard.refusal)
    if door.facility and heard.envelope.receiver not in ("", door.facility):
        return Judged(
            sender=sender,
            why="not_for_us",
            sentence=f"MSH-6 is {heard.envelope.receiver[:60]!a}, and this is {door.facility!a}: send it to "
            "whom it is for.",
        )
    if heard.fault:
        return Judged(sender=sender, why="content", sentence=heard.fault)
    return Judged(sender=sender)
