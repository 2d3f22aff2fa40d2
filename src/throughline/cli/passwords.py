"""Whether a first password will do. Needs Django set up."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from throughline.workforce.errors import PasswordRefused
from throughline.workforce.models import User


def check(password: str, *, username: str, name: str) -> None:
    """Refuse a password that is short, common, or like the person's name; it is never repeated."""
    try:
        validate_password(password, User(username=username, display_name=name))
    except ValidationError as error:
        reasons = " ".join(error.messages)
        raise PasswordRefused(f"That password will not do: {reasons} Give another.") from error
