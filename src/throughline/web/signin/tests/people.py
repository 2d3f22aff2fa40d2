"""Who signs in during a test, and how."""

from __future__ import annotations

import base64
import secrets
import time
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import encrypt
from django.test import Client

from throughline.journal.models import Entry
from throughline.suppliers.models import Kind, Organisation
from throughline.workforce.models import JobRole, User

PASSWORD, WRONG = "a-bridge-of-sighs", "a-bridge-too-far"


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """A user of a test, with the secret of their authenticator (none: not set up yet)."""

    user: User
    secret: str

    def code(self, *, ahead: int = 0) -> str:
        """The code of the present half minute, or of the next, which is taken too."""
        return str(format_hotp_value(hotp_value(self.secret, int(time.time()) // 30 + ahead)))


def somebody(role: JobRole = JobRole.HANDLER, *, authenticator: bool = True) -> Somebody:
    """A user with a password and, unless told otherwise, an authenticator."""
    organisation, _ = Organisation.objects.get_or_create(
        code="north", defaults={"name": "North Calls", "kind": Kind.SUPPLIER}
    )
    user = User(
        username=f"u{secrets.token_hex(4)}",
        display_name="Robin Example",
        role=role,
        organisation=organisation,
    )
    user.set_password(PASSWORD)
    user.save(force_insert=True)
    secret = base64.b32encode(secrets.token_bytes(20)).decode() if authenticator else ""
    if secret:
        Authenticator.objects.create(user=user, type="totp", data={"secret": encrypt(secret)})
    return Somebody(user=user, secret=secret)


def browser(address: str = "192.0.2.1") -> Client:
    """A browser at an address, which shows a fault's page as a person would see it."""
    return Client(REMOTE_ADDR=address, raise_request_exception=False)


def try_password(client: Client, name: str, password: str = WRONG) -> Any:
    """Send the sign-in form."""
    return client.post("/sign-in/", {"login": name, "password": password})


def sign_in(client: Client, who: Somebody, *, ahead: int = 0) -> Any:
    """Give password and code."""
    try_password(client, who.user.username, PASSWORD)
    return client.post("/sign-in/code/", {"code": who.code(ahead=ahead)})


def is_in(client: Client) -> bool:
    """Whether this browser's session reaches a page."""
    return client.get("/").content.decode().find("_r_desk ") > 0


def entries(kind: str) -> list[Entry]:
    """Journal entries of a kind."""
    return list(Entry.objects.filter(kind=f"workforce.{kind}").order_by("id"))
