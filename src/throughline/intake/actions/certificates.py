"""Client certificates by which a sender's connections are known."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction

from throughline.intake.errors import CertificateRefused
from throughline.intake.models import Sender, SenderCertificate
from throughline.journal.actions import record


@transaction.atomic
def add_certificate(
    *, sender_code: str, pem: bytes, by: UUID | None, at: datetime
) -> SenderCertificate:
    """Bind a certificate to a sender: from now on its messages are taken with one of its certificates alone."""
    sender = Sender.objects.filter(code=sender_code).first()
    if sender is None:
        raise CertificateRefused(
            f"There is no sender {sender_code!r}; `throughline senders list` names them."
        )
    try:
        read = x509.load_pem_x509_certificate(pem)
    except ValueError:
        raise CertificateRefused(
            "The file is not a certificate in PEM form (-----BEGIN CERTIFICATE-----): ask the laboratory for that."
        ) from None
    if read.not_valid_after_utc <= at:
        raise CertificateRefused(
            f"The certificate ended on {read.not_valid_after_utc:%d %B %Y}: ask the laboratory for a new one."
        )
    sha256 = read.fingerprint(SHA256()).hex()
    held = SenderCertificate.objects.filter(sha256=sha256, ended_at__isnull=True).first()
    if held is not None:
        raise CertificateRefused(
            f"The certificate {sha256[:16]} is in force already, for {held.sender.code!r}: one certificate is one "
            "sender's."
        )
    added = SenderCertificate.objects.create(
        sender=sender,
        sha256=sha256,
        pem=read.public_bytes(Encoding.PEM).decode(),
        not_after=read.not_valid_after_utc,
        added_at=at,
        added_by=by,
    )
    record("intake.certificate_added", at=at, by=by, subjects=[sender.id, added.id], sha256=sha256)
    return added


@transaction.atomic
def end_certificate(*, sha256: str, by: UUID | None, at: datetime) -> SenderCertificate:
    """Take a certificate out of force; messages that come with it are refused from the next one on."""
    found = SenderCertificate.objects.filter(sha256=sha256.lower(), ended_at__isnull=True).first()
    if found is None:
        raise CertificateRefused(
            f"No certificate {sha256[:80]!r} is in force; `throughline senders certificates` names those that are."
        )
    found.ended_at = at
    found.save(update_fields=["ended_at"])
    record(
        "intake.certificate_ended",
        at=at,
        by=by,
        subjects=[found.sender_id, found.id],
        sha256=found.sha256,
    )
    return found
