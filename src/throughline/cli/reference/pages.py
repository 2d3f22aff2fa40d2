"""The pages by name. Django is set up here, since rights are declared by its applications."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

NOTE = "Written by `throughline reference write docs/reference` from the code; change it there.\n"


def pages() -> dict[str, str]:
    """Return every page's text."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.settings")
    import django

    django.setup()
    from throughline.cli.reference import commands, door, rights, rules
    from throughline.measures import pages as figures

    return {
        "commands.md": page("Commands", commands.command_lines()),
        "exit-codes.md": page("Exit codes", commands.exit_lines()),
        "environment.md": page("Environment", commands.environment_lines()),
        "rights.md": page("Tables and rights", rights.lines()),
        "definitions.md": page("Definitions", rules.kind_lines()),
        "senders-door.md": page("The senders' door", door.lines()),
        "outcomes.md": page("Outcomes", rules.outcome_lines()),
        "measures.md": page("Measures", figures.lines()),
        "event-tables.md": page("Event tables and their columns", figures.table_lines()),
        "protocols.md": page("Protocols", rules.protocol_lines()),
    }


def page(title: str, lines: Iterable[str]) -> str:
    """Return a page with its title and where it comes from."""
    return "\n".join([f"# {title}", "", NOTE, *lines]).rstrip() + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table; a bar inside a cell would end it, and is written as its code."""
    return [
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(cell.replace("|", "&#124;") for cell in row) + " |" for row in rows),
        "",
    ]
