"""Which pages each role has in its navigation."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

# Role to (title, name of the page). A page that this process does not serve is left out.
PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "handler": (("Console", "console"),),
    "leader": (("Team", "team"), ("Raised hands", "hands")),
    "supplier": (("Staff", "staff"), ("Figures", "figures")),
    "local": (("Cases", "local_cases"), ("Settings", "local_settings"), ("Handovers", "handovers")),
    "epidemiologist": (("Events", "events"), ("Clusters", "clusters")),
    "authority": (
        ("Front page", "front"),
        ("Ledger", "ledger"),
        ("Quarantine", "quarantine"),
        ("Queues", "queues"),
        ("Cases", "cases"),
        ("Questions", "questions"),
        ("Definitions", "definitions"),
    ),
    "contracts": (("Contracts", "contracts"),),
    "protection": (("Access", "access"),),
    "auditor": (("Journal", "journal"),),
}


@dataclass(frozen=True, kw_only=True)
class Page:
    """One entry of the navigation."""

    title: str
    href: str
    here: bool


def pages_for(role: str, *, path: str) -> tuple[Page, ...]:
    """Return the role's pages that exist here, the one at `path` marked."""
    found: list[tuple[str, str]] = []
    for title, name in PAGES.get(role, ()):
        try:
            found.append((title, reverse(name)))
        except NoReverseMatch:
            continue
    here = max((href for _, href in found if _covers(href, path)), key=len, default="")
    return tuple(Page(title=title, href=href, here=href == here) for title, href in found)


def _covers(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(href))
