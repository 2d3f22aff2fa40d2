"""Who a session belongs to, with their organisation, in one statement that is planned once a connection."""

from __future__ import annotations

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from throughline.core.reads import Late, Read
from throughline.workforce.models import User

_USER = Read(lambda: User.objects.select_related("organisation").filter(id=Late("user")))


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth is untyped
    """allauth's own, for people who have an organisation."""

    def get_user(self, user_id: UUID) -> User | None:
        """Return the user whose session it is, if they may still sign in."""
        user = _USER.first(user=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
