"""The canonical form of an entry and its leaf hash, fixed by a version so that anyone can recompute it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

VERSION = 1

_canonical = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
).encode


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An act as it will be written. `body` holds references, codes and counts: no name, no health detail."""

    id: UUID
    at: datetime
    kind: str
    actor_id: UUID | None
    actor_role: str
    supplier_id: UUID | None
    body: Mapping[str, Any]

    def leaf(self) -> bytes:
        """Return SHA-256 of 0x00 and the canonical form (the leaf of RFC 6962)."""
        return hashlib.sha256(b"\x00" + self.canonical()).digest()

    def canonical(self) -> bytes:
        """Return the entry as JSON with sorted keys and no spaces: the bytes that the leaf hashes."""
        fields = {
            "version": VERSION,
            "id": str(self.id),
            "at": self.at.isoformat(timespec="microseconds"),
            "kind": self.kind,
            "actor": str(self.actor_id) if self.actor_id else None,
            "role": self.actor_role,
            "supplier": str(self.supplier_id) if self.supplier_id else None,
            "body": dict(self.body),
        }
        return _canonical(fields).encode()
