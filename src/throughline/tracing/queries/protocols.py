"""The protocols that judge what is transferred at one moment, each looked up once."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from throughline.definitions.errors import NothingInForceError
from throughline.definitions.forms.protocol import Protocol
from throughline.definitions.queries import Stored
from throughline.tracing.queries.terms import protocol_for, zone


class Protocols:
    """The protocols in force at one moment, by disease."""

    def __init__(self, at: datetime) -> None:
        """Keep the moment, and the zone in which its days are counted."""
        self.at, self.zone = at, zone()
        self._found: dict[str, Stored | None] = {}

    def stored(self, disease: str) -> Stored | None:
        """Return the version in force, or None when the disease has none."""
        if disease not in self._found:
            try:
                self._found[disease] = protocol_for(disease, transferred_at=self.at, at=self.at)
            except NothingInForceError:
                self._found[disease] = None
        return self._found[disease]

    def find(self, disease: str) -> Protocol | None:
        """Return the rules in force, or None when the disease has none."""
        stored = self.stored(disease)
        return cast(Protocol, stored.form) if stored else None

    def of(self, disease: str) -> Protocol:
        """Return the rules of a disease that is known to have some."""
        found = self.find(disease)
        if found is None:
            raise KeyError(disease)
        return found
