"""In the demonstration the page says the code itself, so that a visitor needs no authenticator."""

from __future__ import annotations

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from throughline.core.models import Service
from throughline.web.signin.forms import LAST_COUNTER

PERIOD = 30


def code_now(user: AbstractBaseUser) -> str:
    """Return the user's next unused code, or "" unless setting and service row both say demonstration."""
    if not getattr(settings, "DEMONSTRATION", False):
        return ""
    if not Service.objects.filter(id=1, demonstration=True).exists():
        return ""
    authenticator = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if authenticator is None:
        return ""
    # A code works once: someone who signs in twice within 30 seconds is shown the next one, which
    # the tolerance of one period accepts.
    counter = max(int(time.time()) // PERIOD, authenticator.data.get(LAST_COUNTER, -1) + 1)
    return format_hotp_value(hotp_value(decrypt(authenticator.data["secret"]), counter))
