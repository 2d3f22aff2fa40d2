"""A request's body: of a kind that is taken, whole or not at all, in small pieces, none of which may take too long."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterator

from django.http import HttpRequest

from throughline.intake.parsing.fhir.document import check_size
from throughline.intake.rules.manifest import Manifest
from throughline.web.door.denied import Denied, denied
from throughline.web.door.patience import in_time

LONGEST_ID = 200


def media_type(request: HttpRequest) -> str:
    """Return the body's type without its parameters, in lower case."""
    return (request.headers.get("Content-Type") or "").split(";", 1)[0].strip().lower()


def check_media_type(request: HttpRequest, allowed: Collection[str]) -> None:
    """Refuse a body of another type, or one that was packed for the way."""
    given = media_type(request)
    if given not in allowed:
        said = f"is {given[:80]!r}" if given else "is not said"
        xml = (
            " XML is not taken, since no sender needs it and its parsers are attacked."
            if "xml" in given
            else ""
        )
        raise denied(
            415,
            "not-supported",
            f"The body's Content-Type {said}; {', '.join(allowed)} are taken.{xml}",
        )
    if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise denied(
            415,
            "not-supported",
            "The body has a Content-Encoding, and none is taken: send it as it is.",
        )


def message_id(request: HttpRequest) -> str | None:
    """Return the sender's own id of the message, if it gives one."""
    given = request.headers.get("Idempotency-Key", request.headers.get("Message-Id"))
    if given is None:
        return None
    given = given.strip().strip('"')
    if not given or len(given) > LONGEST_ID or not given.isascii() or not given.isprintable():
        raise denied(
            400,
            "value",
            f"The header Idempotency-Key holds no id: 1 to {LONGEST_ID} ASCII characters are allowed.",
        )
    return given


def manifest_of(request: HttpRequest) -> Manifest | None:
    """Return what the headers say of the file: `Declared-Rows`, and `Content-Digest` (RFC 9530) of its bytes."""
    rows, digest = request.headers.get("Declared-Rows"), request.headers.get("Content-Digest")
    if rows is None and digest is None:
        return None
    if rows is not None and not (rows.isascii() and rows.isdigit() and len(rows) <= 12):
        raise denied(
            400, "value", "The header Declared-Rows holds no number of rows: give it as 1200."
        )
    return Manifest(rows=int(rows) if rows else None, sha256=_digest(digest) if digest else "")


def _digest(given: str) -> str:
    found = re.search(r"sha-256=:([A-Za-z0-9+/]{43}=):", given)
    if found is None:
        raise denied(
            400, "value", "The header Content-Digest holds no SHA-256: give it as sha-256=:BASE64:."
        )
    return base64.b64decode(found[1]).hex()


def pieces(request: HttpRequest) -> Iterator[bytes]:
    """Yield the body. Raises Denied when it is cut short, drips, or says nothing by which it is known to be whole."""
    length = request.headers.get("Content-Length", "")
    if "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        yield from _of_digest(request)
    elif length.isdigit():
        yield from _of_length(request, int(length))
    else:
        raise denied(
            411,
            "required",
            "The request says nothing of its body's length: send a Content-Length, or send it chunked with a "
            "Content-Digest.",
        )


def small(request: HttpRequest) -> bytes:
    """Return a body that fits in memory. Raises Refused for one that is too large, by what it says before it is read."""
    length = request.headers.get("Content-Length", "")
    if length.isdigit():
        check_size(int(length))
    held = bytearray()
    for piece in pieces(request):
        held += piece
        check_size(len(held))
    return bytes(held)


def _of_length(request: HttpRequest, length: int) -> Iterator[bytes]:
    left = length
    for piece in in_time(request.read):
        left -= len(piece)
        yield piece
        if left == 0:
            return
    if left:
        raise _cut(f"{length - left:,} of its {length:,} bytes came")


def _of_digest(request: HttpRequest) -> Iterator[bytes]:
    """The web server gives a chunked body that was cut for one that has ended, so that its hash must say which it is."""
    given = request.headers.get("Content-Digest")
    if given is None:
        raise denied(
            411,
            "required",
            "A chunked body that is cut on its way looks like a whole one: send a Content-Length instead, or the "
            "SHA-256 of the body as Content-Digest: sha-256=:BASE64:.",
        )
    stated, digest = _digest(given), hashlib.sha256()
    # Django takes a body without a length for an empty one; the server's own stream ends where it ends.
    for piece in in_time(request.META["wsgi.input"].read):
        digest.update(piece)
        yield piece
    if digest.hexdigest() != stated:
        raise _cut("what came is not what its Content-Digest says")


def _cut(how: str) -> Denied:
    return denied(
        400,
        "incomplete",
        f"The body did not come whole: {how}. Nothing of it is kept; send it again.",
        headers={"Connection": "close"},
    )
