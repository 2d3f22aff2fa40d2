"""Which pages each role has in its navigation."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

# Role to (title, name of the page). A page that this process does not serve is left out.
OVERSIGHT = (
    ("Start", "start"),
    ("Figures", "figures"),
    ("Journal", "journal"),
    ("Definitions", "definitions"),
    ("Organisations", "organisations"),
)
PAGES: dict[str, tuple[tuple[str, str], ...]] = {
    "handler": (("Console", "conversation"),),
    "leader": (("Board", "team-board"), ("Staff", "staff")),
    "supplier": (("Board", "team-board"), ("Staff", "staff")),
    "local": (
        ("Handovers", "local-home"),
        ("Conversation", "conversation"),
        ("Cases", "local-cases"),
        ("Escalations", "local-escalations"),
        ("Open a case", "case-find"),
    ),
    "authority": (
        ("Front page", "front"),
        ("Figures", "figures"),
        ("Ledger", "ledger"),
        ("Senders", "senders"),
        ("Upload", "upload"),
        ("Quarantine", "quarantine"),
        ("Queues", "queues"),
        ("Handovers", "handovers"),
        ("Questions", "questions"),
        ("Escalations", "escalations"),
        ("Open a case", "case-find"),
        ("Definitions", "definitions"),
        ("Organisations", "organisations"),
        ("Journal", "journal"),
    ),
    "epidemiologist": OVERSIGHT,
    "contracts": OVERSIGHT,
    "protection": OVERSIGHT,
    "auditor": OVERSIGHT,
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
