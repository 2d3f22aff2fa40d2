"""In the demonstration the page says the code itself, so that a visitor needs no authenticator."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from throughline.core.models import Service

PERIOD = 30


def demonstrating() -> bool:
    """Say whether setting and service row both call this the demonstration."""
    if not getattr(settings, "DEMONSTRATION", False):
        return False
    return Service.objects.filter(id=1, demonstration=True).exists()


def code_now(user: AbstractBaseUser) -> str:
    """Return the user's present code in the demonstration, and "" anywhere else."""
    if not demonstrating():
        return ""
    authenticator = Authenticator.objects.filter(
        user_id=user.pk, type=Authenticator.Type.TOTP
    ).first()
    if authenticator is None:
        return ""
    counter = int(time.time()) // PERIOD
    return str(format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), counter)))
