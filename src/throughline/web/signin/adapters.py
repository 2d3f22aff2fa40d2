"""What allauth asks of us: nobody signs up, no mail is sent, secrets rest encrypted."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from throughline.core.clock import now
from throughline.core.keys import key

BEGAN = "session_began"
SEEN = "session_seen"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Accounts are made by the service; the only public act is signing in."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "The username or the password is wrong. Check both and try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves."""
        return False

    def add_message(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Say nothing: our pages speak for themselves."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: no part of signing in goes by mail."""

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in under a new session key, and note when, so that the session can end."""
        super().login(request, user)
        at = now().isoformat()
        request.session[BEGAN] = at
        request.session[SEEN] = at


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Authenticator secrets are encrypted with a key that is not in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "That code is not the current one. Enter the six figures shown now.",
    }

    def get_totp_issuer(self) -> str:
        """The name that the authenticator app shows."""
        return "Throughline"

    def build_totp_svg(self, url: str) -> str:
        """Draw nothing here: the page draws the key itself, in one path that its policy allows."""
        return ""

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for storage."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read a stored secret."""
        return _cipher().decrypt(encrypted_text.encode()).decode()


@cache
def _cipher() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key("totp").encode()).digest()))
