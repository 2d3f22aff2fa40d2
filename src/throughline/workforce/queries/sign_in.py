"""Who may sign in, as the authority keeps it: never a password, never an authenticator's secret."""

from __future__ import annotations

from typing import Any

from django.db import connection

from throughline.workforce.errors import NoSuchUser
from throughline.workforce.models import User

KEPT = ("id", "ref", "username", "display_name", "role", "organisation_id", "team_id", "is_active")

SIGN_INS = """
select u.username, u.display_name as name, u.role, o.code as organisation, t.code as team,
    u.is_active as active,
    exists (select 1 from mfa_authenticator m where m.user_id = u.id) as authenticator
from workforce_user u
join suppliers_organisation o on o.id = u.organisation_id
left join workforce_team t on t.id = u.team_id
order by u.username
"""


def user_named(username: str) -> User:
    """Return the user of that name, with the columns that the authority may read."""
    user = User.objects.only(*KEPT).filter(username=username.lower()).first()
    if user is None:
        raise NoSuchUser
    return user


def sign_ins() -> list[dict[str, Any]]:
    """Return everybody who has or had a sign-in."""
    with connection.cursor() as cursor:
        cursor.execute(SIGN_INS)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
