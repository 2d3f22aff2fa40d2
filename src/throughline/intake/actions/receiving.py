"""Messages that came over the wire: one transaction keeps all that came together, and then each has its answer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from throughline.core.context import transaction_as
from throughline.core.copying import run
from throughline.core.ids import new_id, new_ref
from throughline.core.prepared import fetch
from throughline.core.remembering import remembering
from throughline.core.roles import Role
from throughline.definitions import queries as definitions
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.actions.keeping import NewMessage, keep, known_messages
from throughline.intake.mllp.answers import Answer, Code, acknowledgement
from throughline.intake.mllp.frames import Frame
from throughline.intake.rules.reception import Door, Heard, Judged, hear, judge
from throughline.journal.actions import Act, record_all

HL7_MAPPING = "hl7-oru"
"""How messages of a sender are read whose own mapping is for files."""

UNRECOGNISED = "unrecognised-hl7"
"""The sender under which messages are kept that name none, or one that is not known."""

NOBODY = UUID(int=0)
TAKEN = ("", "content")
"""Why a message may have faults and is taken all the same."""

SENDERS = """select s.id, s.code, s.mapping, c.sha256 from intake_sender s
    left join intake_sender_certificate c on c.sender_id = s.id and c.ended_at is null
    where s.code = any(%s)
        or s.id in (select sender_id from intake_sender_certificate where ended_at is null and sha256 = any(%s))"""
ADD_SENDER = """insert into intake_sender (id, ref, code, name, mapping, created_at)
    values (%s, %s, %s, 'Unrecognised senders (HL7)', %s, %s) on conflict (code) do nothing"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """A frame, and the certificate (SHA-256 of its DER form, in hexadecimal) that its connection showed."""

    frame: Frame
    certificate: str = ""


@dataclass(kw_only=True, slots=True)
class _Kept:
    """One message on its way into the tables, or found there."""

    heard: Heard
    judged: Judged
    data: bytes
    sender: UUID
    message_id: str
    sha256: str
    at: datetime
    state: str
    id: UUID = field(default_factory=new_id)
    ref: UUID = field(default_factory=new_ref)
    is_new: bool = True


def receive(arrived: Sequence[Arrived], *, facility: str, at: datetime) -> list[bytes]:
    """Keep messages, commit, and return the acknowledgement of each. Needs the intake door's login.

    AA: kept, to be read. AE: kept, with a fault that a person must see, or in conflict with another message of
    the same id. AR: kept, and not for us. The same message again gets the same answer. What the database
    refuses is raised: without a commit there is no answer. `facility` is what MSH-6 must say, where it says
    anything.
    """
    heard = [hear(one.frame.data, is_cut=one.frame.is_cut) for one in arrived]
    with transaction_as(Role.INTAKE), remembering():
        senders = _senders(arrived, heard)
        kept = [
            _kept(one.frame.data, said, judge(said, senders.door(one, facility)), at)
            for one, said in zip(arrived, heard, strict=True)
        ]
        if nobodys := [one for one in kept if one.judged.sender is None]:
            _give_to_nobody(nobodys, senders, at)
        _find_known(kept)
        _keep([one for one in kept if one.is_new], senders, at)
    return [_answer(one, facility) for one in kept]


@dataclass(frozen=True, kw_only=True)
class _Senders:
    """Who may have sent a group of messages: whom they name, and whose certificates were shown."""

    by_code: dict[str, UUID]
    mappings: dict[UUID, str]
    certified: dict[str, UUID]

    def door(self, one: Arrived, facility: str) -> Door:
        return Door(
            by_code=self.by_code,
            needs_certificate=frozenset(self.certified.values()),
            certified=self.certified.get(one.certificate),
            facility=facility,
        )


def _senders(arrived: Sequence[Arrived], heard: Sequence[Heard]) -> _Senders:
    codes = {code for one in heard if one.envelope for code in one.envelope.facility if code}
    prints = {one.certificate for one in arrived if one.certificate}
    rows = fetch(SENDERS, [list(codes), list(prints)])
    return _Senders(
        by_code={code: sender for sender, code, _, _ in rows if code in codes},
        mappings={sender: mapping for sender, _, mapping, _ in rows},
        certified={sha256: sender for sender, _, _, sha256 in rows if sha256},
    )


def _kept(data: bytes, heard: Heard, judged: Judged, at: datetime) -> _Kept:
    sha256 = hashlib.sha256(data).hexdigest()
    is_taken = judged.why in TAKEN and heard.envelope is not None
    return _Kept(
        heard=heard,
        judged=judged,
        data=data,
        sender=judged.sender or NOBODY,
        # What is refused has no claim to its id: sent again with what was missing, it is a message like others.
        message_id=heard.envelope.control_id
        if is_taken and heard.envelope
        else f"refused {sha256}",
        sha256=sha256,
        at=at,
        state="stored" if is_taken else "refused",
    )


def _give_to_nobody(kept: Sequence[_Kept], senders: _Senders, at: datetime) -> None:
    """Keep what nobody known has sent under a sender made for it."""
    made, ref = new_id(), new_ref()
    if run(ADD_SENDER, [made, ref, UNRECOGNISED, HL7_MAPPING, at]):
        record_all(
            [Act(kind="intake.sender_added", at=at, subjects=[made], body={"mapping": HL7_MAPPING})]
        )
    ((sender, mapping),) = fetch(
        "select id, mapping from intake_sender where code = %s", [UNRECOGNISED]
    )
    senders.mappings[sender] = mapping
    for one in kept:
        one.sender = sender


def _find_known(kept: Sequence[_Kept]) -> None:
    """Find out which messages are here already, and which have an id that another one has."""
    known: dict[tuple[UUID, str], list[tuple[str, UUID, str, datetime]]] = {}
    for other in known_messages([(one.sender, one.message_id) for one in kept]):
        told = (other.sha256, other.ref, other.state, other.received_at)
        known.setdefault((other.sender, other.message_id), []).append(told)
    for one in kept:
        earlier = known.setdefault((one.sender, one.message_id), [])
        same = next((told for told in earlier if told[0] == one.sha256), None)
        if same is not None:
            _, one.ref, one.state, one.at = same
            one.is_new = False
            continue
        if earlier:
            one.state = "conflict"
        earlier.append((one.sha256, one.ref, one.state, one.at))


def _keep(new: Sequence[_Kept], senders: _Senders, at: datetime) -> None:
    if not new:
        return
    mappings = {one: _mapping(senders.mappings[one]) for one in {one.sender for one in new}}
    messages = [
        NewMessage(
            id=one.id,
            ref=one.ref,
            sender=one.sender,
            message_id=one.message_id,
            sha256=one.sha256,
            size=len(one.data),
            name="HL7 message",
            mapping=mappings[one.sender][0],
            version=mappings[one.sender][1],
            state=one.state,
            refused=one.judged.sentence if one.state == "refused" else "",
            data=one.data,
        )
        for one in new
    ]
    keep(messages, by=None, at=at)
    record_all(_acts(new, at))


def _acts(new: Sequence[_Kept], at: datetime) -> Iterator[Act]:
    for one in new:
        body: dict[str, object] = {"sha256": one.sha256, "size": len(one.data), "state": one.state}
        if one.judged.why:
            body["why"] = one.judged.why
        yield Act(kind="intake.message_stored", at=at, subjects=[one.id, one.sender], body=body)


def _mapping(name: str) -> tuple[str, int]:
    """The mapping of a sender where it is one for HL7, else the shipped one."""
    stored = definitions.latest("mapping", name)
    if cast(Mapping, stored.form).file.format != "hl7":
        stored = definitions.latest("mapping", HL7_MAPPING)
    return stored.id, stored.version


CONFLICT = (
    "Another message came before with the same MSH-10 and other content: both are kept, and a person decides. "
    "Give each message an id of its own."
)
LEFT_ASIDE = (
    "The same message came before and was refused; it is kept. Ask those who run the service why."
)


def _answer(one: _Kept, facility: str) -> bytes:
    code: Code = "AA"
    sentence = ""
    if one.judged.why not in TAKEN:
        code, sentence = "AR", one.judged.sentence
    elif one.state == "conflict":
        code, sentence = "AE", CONFLICT
    elif one.judged.why == "content":
        code, sentence = "AE", one.judged.sentence
    elif one.state == "refused":
        code, sentence = "AE", LEFT_ASIDE
    answer = Answer(code=code, sentence=sentence, number=one.ref.hex[:20], at=one.at)
    return acknowledgement(answer, one.heard.envelope, one.heard.by, facility=facility)
