"""TLS for the door: its own certificate, and the client certificates that are bound to senders."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path

from throughline.core.context import transaction_as
from throughline.core.copying import fetch
from throughline.core.roles import Role


def context_of(certificate: Path, key: Path, *, required: bool) -> ssl.SSLContext:
    """Return a context of TLS 1.2 or later. A client certificate may be shown, or must be where `required`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    context.verify_mode = ssl.CERT_REQUIRED if required else ssl.CERT_OPTIONAL
    # A certificate that is bound to a sender is trusted for itself, whoever issued it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def trust(context: ssl.SSLContext, certificates: Iterable[str]) -> None:
    """Let connections show these certificates (PEM). One out of force is known for it when its message comes."""
    for pem in certificates:
        context.load_verify_locations(cadata=pem)


def certificates_in_force() -> list[str]:
    """Return the certificates that are bound to senders, in PEM form. Needs the intake door's login."""
    with transaction_as(Role.INTAKE):
        return [
            pem
            for (pem,) in fetch("select pem from intake_sender_certificate where ended_at is null")
        ]
