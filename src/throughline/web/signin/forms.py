"""Sign-in forms: allauth's, told to axes, and with codes that work once."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateForm
from allauth.mfa.totp.internal.auth import (
    compare_user_code,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError

from throughline.web.signin.demonstration import demonstrating

LAST_COUNTER = "last_counter"


class LoginForm(AllauthLoginForm):  # type: ignore[misc]  # allauth is untyped
    """Username and password. The name is passed to axes under the form field's own name too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].error_messages["required"] = "Enter your username."
        self.fields["password"].error_messages["required"] = "Enter your password."
        self.fields["password"].help_text = ""

    def clean_login(self) -> str:
        """Usernames are kept in lower case, so that a phone's capital letter does no harm."""
        return str(self.cleaned_data["login"]).strip().lower()

    def user_credentials(self) -> dict[str, Any]:
        """What is checked, with the name where axes looks for it."""
        credentials: dict[str, Any] = super().user_credentials()
        credentials["login"] = credentials.get("username", "")
        return credentials


class AuthenticateForm(AllauthAuthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """A code from the authenticator: works once, and a wrong one counts towards the lock-out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Six-figure code"
        self.fields["code"].error_messages["required"] = "Enter the six-figure code."

    def clean_code(self) -> str:
        """Check the code against each authenticator, newest counter only once."""
        code = str(self.cleaned_data["code"])
        authenticator = spend(self.user, code)
        if authenticator is not None:
            self.authenticator = authenticator
            return code
        user_login_failed.send(
            sender=type(self),
            credentials={"login": self.user.get_username()},
            request=context.request,
        )
        raise get_adapter().validation_error("incorrect_code")


class CodeAgainForm(AuthenticateForm):
    """A code again: recorded as a step-up, not as a sign-in."""

    def save(self) -> None:
        """Note the step-up in the session."""
        post_authentication(context.request, self.authenticator, reauthenticated=True)


class ActivateForm(AllauthActivateForm):  # type: ignore[misc]  # allauth is untyped
    """The first code, which proves that the app has the key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Six-figure code from the app"
        self.fields["code"].error_messages["required"] = "Enter the code that the app shows."


class ReauthenticateForm(AllauthReauthenticateForm):  # type: ignore[misc]  # allauth is untyped
    """The password again, before something that matters."""

    def clean_password(self) -> str:
        """Check it, and count a wrong one."""
        try:
            return str(super().clean_password())
        except ValidationError:
            user_login_failed.send(
                sender=type(self),
                credentials={"login": self.user.get_username()},
                request=context.request,
            )
            raise


def spend(user: AbstractBaseUser, code: str) -> Authenticator | None:
    """Use a code up and return the authenticator it came from; None when it is wrong or was used."""
    owned = Authenticator.objects.select_for_update().filter(
        user=user, type=Authenticator.Type.TOTP
    )
    for authenticator in owned:
        counter = _counter_of(authenticator, code)
        if counter is None:
            continue
        used = counter <= authenticator.data.get(LAST_COUNTER, -1)
        # The demonstration shows the code to anyone: using it twice gives nothing more away.
        if used and not demonstrating():
            continue
        authenticator.data[LAST_COUNTER] = counter
        authenticator.save(update_fields=["data"])
        return authenticator
    return None


def _counter_of(authenticator: Authenticator, code: str) -> int | None:
    """Return the period whose code this is, or None."""
    secret = decrypt(authenticator.data["secret"])
    for counter in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, counter))):
            return int(counter)
    return None
