"""Each sign-in, failure, lock-out and sign-out becomes a journal entry, in the request's transaction.

Axes hears of all of them at one place, its handler, which it lets us name: so nothing is wired by signals
of ours, and what counts towards a lock-out is exactly what is written down.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from django.http import HttpRequest

from throughline.core.clock import now
from throughline.web.signin.forms import AuthenticateForm
from throughline.workforce.actions import sign_in as actions
from throughline.workforce.models import User


class JournallingHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes is untyped
    """Counts failures in the database, and writes what happened into the journal."""

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        """Note a failure; the one that reaches the limit is a lock-out too."""
        if request is None or request.axes_locked_out:  # type: ignore[attr-defined]
            # Refused without being looked at: neither counted nor written down again.
            super().user_login_failed(sender, credentials, request, **kwargs)
            return
        super().user_login_failed(sender, credentials, request, **kwargs)
        user_id = _user_id(get_client_username(request, credentials))
        by_code = isinstance(sender, type) and issubclass(sender, AuthenticateForm)
        actions.note_sign_in_failed(
            user_id=user_id, step="code" if by_code else "password", at=now()
        )
        if request.axes_locked_out:  # type: ignore[attr-defined]
            actions.note_locked_out(user_id=user_id, at=now())

    def user_logged_in(self, sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        """Note a sign-in, and whether a second factor was given."""
        super().user_logged_in(sender, request, user, **kwargs)
        methods = request.session.get("account_authentication_methods", [])
        given = any(method.get("method") == "mfa" for method in methods)
        actions.note_signed_in(user_id=user.id, second_factor="totp" if given else "none", at=now())

    def user_logged_out(
        self, sender: Any, request: HttpRequest, user: User | None, **kwargs: Any
    ) -> None:
        """Note the end of a session and why it ended."""
        super().user_logged_out(sender, request, user, **kwargs)
        if user is not None:
            why = str(getattr(request, "session_ended", "asked"))
            actions.note_signed_out(user_id=user.id, why=why, at=now())


def _user_id(username: str | None) -> UUID | None:
    return User.objects.filter(username=username).values_list("id", flat=True).first()
