"""The database's roles, and the key by which each of them may see rows."""

from __future__ import annotations

import os
from enum import StrEnum


def deployment() -> str:
    """Return the deployment's name: its schema, and the prefix of its roles and logins."""
    return os.environ.get("THROUGHLINE_DEPLOYMENT", "throughline")


class Role(StrEnum):
    """What a transaction acts as. The database's policies hang on these."""

    LOGIN = "r_login"  # session and sign-in tables, before anything is known of the person
    DISPATCH = "r_dispatch"  # claims, leases, allowances; no names
    DESK = "r_desk"  # the household of the lease in hand
    SUPPLIER = "r_supplier"  # own agents, attempts and figures; no persons
    LOCAL = "r_local"  # what is shared with the team
    AUTHORITY = "r_authority"  # everything, in a process and with a login of its own
    OVERSIGHT = "r_oversight"  # journal and figures; no personal data
    PUBLIC = "r_public"  # own page by link and code
    INTAKE = "r_intake"  # stores messages; of what became of them, those of the sender whose key was shown
    MATCH = "r_match"  # parses, matches, resolves: sees all, shows nobody
    CLOCK = "r_clock"  # what falls due
    EXPORT = "r_export"  # event tables, read only

    @property
    def sql(self) -> str:
        """The role's name in the database, as an identifier that needs no quoting."""
        return f"{deployment()}_{self.value}"
