"""What becomes of a person's sign-in: the journal's entries, closing it, and a lost second factor."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection, transaction

from throughline.journal.actions import record
from throughline.workforce.models import User


def note_signed_in(*, user_id: UUID, second_factor: Literal["totp", "none"], at: datetime) -> None:
    """Note that a person signed in; without a second factor they get no further than setting one up."""
    record(
        "workforce.signed_in", at=at, by=user_id, subjects=[user_id], second_factor=second_factor
    )


def note_sign_in_failed(
    *, user_id: UUID | None, step: Literal["password", "code"], at: datetime
) -> None:
    """Note a wrong password or code. A name that nobody has is not written down: it may be a password."""
    record("workforce.sign_in_failed", at=at, by=None, subjects=_known(user_id), step=step)


def note_locked_out(*, user_id: UUID | None, at: datetime) -> None:
    """Note that a name is refused from one address for a while."""
    record("workforce.locked_out", at=at, by=None, subjects=_known(user_id))


def note_signed_out(*, user_id: UUID, why: str, at: datetime) -> None:
    """Note the end of a session: asked for, idle, or too long."""
    record("workforce.signed_out", at=at, by=user_id, subjects=[user_id], why=why)


def note_authenticator_set_up(*, user_id: UUID, at: datetime) -> None:
    """Note that a person proved to have their second factor."""
    record("workforce.authenticator_set_up", at=at, by=user_id, subjects=[user_id])


@transaction.atomic
def disable_user(*, user: User, by: UUID | None, at: datetime) -> None:
    """Close a person's sign-in: they are out at their next request."""
    User.objects.filter(id=user.id).update(is_active=False)
    record("workforce.user_disabled", at=at, by=by, subjects=[user.id])


@transaction.atomic
def reset_authenticator(*, user: User, by: UUID | None, at: datetime) -> int:
    """Forget a person's authenticator, so that they set up another at their next sign-in."""
    # By hand: the role may delete an authenticator and not read the secret in it.
    with connection.cursor() as cursor:
        cursor.execute("delete from mfa_authenticator where user_id = %s", [user.id])
        gone: int = cursor.rowcount
    record("workforce.authenticator_reset", at=at, by=by, subjects=[user.id])
    return gone


def _known(user_id: UUID | None) -> list[UUID]:
    return [user_id] if user_id else []
