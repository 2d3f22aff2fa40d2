"""Sign-in tables belong to `r_login` alone; a supplier sees its own staff, the authority all of it."""

from __future__ import annotations

from throughline.core.grants import (
    DELETE,
    INSERT,
    READ_WRITE,
    SELECT,
    SUPPLIER_KEY,
    UPDATE,
    Right,
    Table,
)
from throughline.core.roles import Role

# What others may know of a user: never the password.
USER_COLUMNS = (
    "id", "ref", "username", "display_name", "role", "organisation_id", "team_id", "is_active",
)  # fmt: skip

OWN_ORGANISATION = f"organisation_id = {SUPPLIER_KEY}"
OWN_SUPPLIER = f"supplier_id = {SUPPLIER_KEY}"

# Sessions come and go, failed attempts are counted and forgotten, an authenticator remembers its last code.
SIGN_IN_TABLES = {
    "django_session": (SELECT, INSERT, UPDATE, DELETE),
    "axes_accessattempt": (SELECT, INSERT, UPDATE, DELETE),
    # Unused, but forgotten attempts take theirs along.
    "axes_accessattemptexpiration": (SELECT, DELETE),
    "mfa_authenticator": (SELECT, INSERT, UPDATE),
    # allauth looks for an unconfirmed address before a set-up; there are none.
    "account_emailaddress": (SELECT,),
}

TABLES = (
    Table(
        name="workforce_user",
        personal=True,
        rights=(
            Right(role=Role.LOGIN, commands=(SELECT,)),
            # The password is hashed anew when the way of hashing changes.
            Right(role=Role.LOGIN, commands=(UPDATE,), columns=("last_login", "password")),
            Right(role=Role.AUTHORITY, commands=(INSERT,)),
            Right(role=Role.AUTHORITY, commands=(UPDATE,), columns=("is_active",)),
            Right(
                role=Role.SUPPLIER, commands=(SELECT,), rows=OWN_ORGANISATION, columns=USER_COLUMNS
            ),
            *(
                Right(role=role, commands=(SELECT,), columns=USER_COLUMNS)
                for role in (Role.AUTHORITY, Role.OVERSIGHT, Role.LOCAL, Role.DESK)
            ),
        ),
    ),
    Table(
        name="workforce_team",
        personal=False,
        rights=(
            *(Right(role=role, commands=(SELECT,)) for role in Role if role != Role.AUTHORITY),
            Right(role=Role.AUTHORITY, commands=READ_WRITE),
        ),
    ),
    Table(
        name="workforce_agent",
        personal=True,
        rights=(
            *(
                Right(role=role, commands=(SELECT,))
                for role in (Role.DISPATCH, Role.CLOCK, Role.MATCH, Role.EXPORT)
            ),
            Right(role=Role.SUPPLIER, commands=(SELECT,), rows=OWN_SUPPLIER),
            Right(role=Role.AUTHORITY, commands=READ_WRITE),
            # A name beside an attempt, on the pages of those who may see the attempt.
            *(Right(role=role, commands=(SELECT,)) for role in (Role.DESK, Role.LOCAL)),
        ),
    ),
    Table(
        name="workforce_agent_state",
        personal=True,
        rights=(
            Right(role=Role.DISPATCH, commands=READ_WRITE),
            Right(role=Role.SUPPLIER, commands=(SELECT,), rows=OWN_SUPPLIER),
            *(
                Right(role=role, commands=(SELECT,))
                for role in (Role.AUTHORITY, Role.OVERSIGHT, Role.EXPORT)
            ),
            Right(role=Role.CLOCK, commands=READ_WRITE),
        ),
    ),
    *(
        Table(
            name=name,
            personal=False,
            rights=(Right(role=Role.LOGIN, commands=commands),),
        )
        for name, commands in SIGN_IN_TABLES.items()
    ),
    Table(
        name="mfa_authenticator",
        personal=False,
        # To have a lost one set up anew; nobody but `r_login` reads its secret.
        rights=(
            Right(role=Role.AUTHORITY, commands=(SELECT,), columns=("user_id",)),
            Right(role=Role.AUTHORITY, commands=(DELETE,)),
        ),
    ),
)
