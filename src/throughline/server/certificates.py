"""The certificate with which the door for HL7 messages shows itself, made where none was put."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from throughline.server.errors import DownError
from throughline.server.home import Home

VALID = timedelta(days=397)


def mllp_certificate(home: Home) -> tuple[Path, Path, bool]:
    """Return certificate and key (PEM), and whether they were made now.

    One's own go into `secrets/mllp.crt` and `secrets/mllp.key`; where neither is, one for this machine alone is
    made, for trying: nobody else has vouched for it.
    """
    certificate, key = home.secrets / "mllp.crt", home.secrets / "mllp.key"
    if certificate.exists() and key.exists():
        return certificate, key, False
    if certificate.exists() or key.exists():
        there, missing = (certificate, key) if certificate.exists() else (key, certificate)
        raise DownError(
            f"{there} is there and {missing.name} is not: put both into {home.secrets}, or neither."
        )
    home.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    made, secret = self_signed("localhost", at=datetime.now(UTC))
    _write(key, secret)
    _write(certificate, made)
    return certificate, key, True


def self_signed(name: str, *, at: datetime) -> tuple[bytes, bytes]:
    """Return a certificate and its key in PEM form, valid for this machine from an hour before `at`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, data: bytes) -> None:
    # Made with its mode from the start: no moment in which others could read it.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
