"""A sender's machine before the door: its key, and what it sends."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django.fixtures import Settings

from throughline.core import clock
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions.keys import add_key
from throughline.intake.actions.senders import add_sender
from throughline.intake.rules.keys import PER_MINUTE
from throughline.intake.tests.world import prepare
from throughline.web.door import callers
from throughline.web.door.operations import OPERATIONS

Json = dict[str, Any]


@dataclass
class Machine:
    """A client of the door that shows its key. Whatever it is answered must stand in the OpenAPI document."""

    key: str
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def post(
        self,
        address: str,
        body: Json | bytes,
        *,
        media: str = "application/fhir+json",
        **headers: str,
    ) -> HttpResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._declared(
            self.client.post(address, data, content_type=media, headers=self._headers(headers))
        )

    def get(self, address: str) -> HttpResponse:
        return self._declared(self.client.get(address, headers=self._headers({})))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        key = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return key | {name.replace("_", "-"): value for name, value in more.items()}

    def _declared(self, found: HttpResponse) -> HttpResponse:
        name = found.resolver_match.url_name  # type: ignore[attr-defined]
        known = {one.name: one for one in OPERATIONS}.get(name)
        if known is not None and found.status_code != 405:
            assert found.status_code in known.answers, (name, found.status_code)
        return found


def machine(sender: str, *, mapping: str = "standard", per_minute: int = PER_MINUTE) -> Machine:
    """Add a sender and give its machine a key."""
    with acting(Role.AUTHORITY):
        add_sender(
            code=sender, name=sender, mapping=mapping, organisation=None, by=None, at=clock.now()
        )
        made = add_key(sender_code=sender, by=None, at=clock.now(), per_minute=per_minute)
    return Machine(key=made.text)


@pytest.fixture
def lab(db: None, settings: Settings) -> Machine:
    """A laboratory's machine, before the process that serves the door."""
    settings.PROCESS = "intake"
    settings.ROOT_URLCONF = "throughline.web.urls.intake"
    prepare()
    callers._buckets.clear()
    return machine("northgate")


@pytest.fixture
def other(lab: Machine) -> Machine:
    """Another laboratory's."""
    return machine("southgate")
