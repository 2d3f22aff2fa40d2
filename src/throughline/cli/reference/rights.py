"""Which login may become which role, and what each role may do to each table."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.cli.reference.pages import table
from throughline.core.grants import ALL_ROWS, Right, declared
from throughline.core.roles import Role
from throughline.server.logins import LOGINS

ROLES = {
    Role.LOGIN: "sessions and sign-in, before anything is known of the person",
    Role.DISPATCH: "claims, leases and allowances; no names",
    Role.DESK: "the household of the conversation in hand",
    Role.SUPPLIER: "own agents, attempts and figures; no persons",
    Role.LOCAL: "what is shared with the team",
    Role.AUTHORITY: "everything, in a process and with a login of its own",
    Role.OVERSIGHT: "journal and figures; no personal data",
    Role.PUBLIC: "a person's own page",
    Role.INTAKE: "stores messages; of what became of them, those of the sender whose key was shown",
    Role.MATCH: "reads, matches and resolves; shows nobody",
    Role.CLOCK: "what falls due",
    Role.EXPORT: "event tables, read only",
}
KEYS = {
    "throughline.user": "of the user",
    "throughline.household": "of the household in hand",
    "throughline.team": "of the team",
    "throughline.supplier": "of the supplier",
    "throughline.sender": "of the sender",
}


def lines() -> Iterator[str]:
    """Yield the roles, the logins, and a section for each table."""
    yield "## Roles"
    yield ""
    yield from table(("role", "what it is for"), [(f"`{r.value}`", ROLES[r]) for r in Role])
    yield "## Logins"
    yield ""
    yield "A login has no rights; it may take on these roles, one transaction at a time."
    yield ""
    yield from table(
        ("login", "may become"),
        [
            (f"`{name}`", ", ".join(f"`r_{role}`" for role in roles))
            for name, roles in LOGINS.items()
        ],
    )
    yield "## Tables"
    yield ""
    yield "A table of personal data has row-level security, enabled and forced for its owner too."
    yield ""
    for name, one in sorted(declared().items()):
        yield f"### {name}" + (" (personal data)" if one.personal else "")
        yield ""
        yield from table(
            ("role", "may", "which rows", "which columns"),
            sorted(_row(right) for right in one.rights),
        )


def _row(right: Right) -> tuple[str, str, str, str]:
    return (
        f"`{right.role.value}`",
        ", ".join(right.commands),
        _rows(right.rows),
        ", ".join(right.columns) or "all",
    )


def _rows(condition: str) -> str:
    if condition == ALL_ROWS:
        return "all"
    keys = [words for key, words in KEYS.items() if key in condition]
    return f"those {' and '.join(keys)}" if keys else f"`{' '.join(condition.split())}`"
