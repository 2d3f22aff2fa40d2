"""Secret keys of the installation: given by the environment, or made once beside the passwords."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import uuid
from functools import cache, lru_cache

from throughline.server.home import current


@cache
def key(name: str) -> str:
    """Return the key of that name: THROUGHLINE_KEY_<NAME>, or a file of mode 0600 made on first use."""
    given = os.environ.get(f"THROUGHLINE_KEY_{name.upper()}")
    if given:
        return given
    folder = current().secrets
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"key_{name}"
    try:
        # O_EXCL: of several processes that start together, one writes and the others read.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _written(path.read_text(), name)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return _written(path.read_text(), name)


@lru_cache(maxsize=65536)
def endpoint_id(kind: str, normalised: str) -> uuid.UUID:
    """Return the opaque id of a telephone or address: the same for the same number, telling nothing of it."""
    digest = hmac.new(key("endpoint").encode(), f"{kind}:{normalised}".encode(), hashlib.sha256)
    return uuid.UUID(bytes=digest.digest()[:16])


def _written(text: str, name: str) -> str:
    if not text:
        raise RuntimeError(
            f"The key {name} is empty: another process is still writing it, or its disk is full. Start again."
        )
    return text
