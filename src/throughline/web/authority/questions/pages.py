"""Two persons side by side, line by line, with what differs marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from throughline.tracing.queries.cards import PersonCard
from throughline.tracing.queries.case_cards import QuestionRow, Reason
from throughline.web import words
from throughline.web.filters import day


@dataclass(frozen=True, kw_only=True)
class Side:
    """One line of the comparison."""

    title: str
    newer: str
    older: str

    @property
    def differs(self) -> bool:
        """Both say something, and not the same."""
        return bool(self.newer and self.older and self.newer.casefold() != self.older.casefold())


def sides(question: QuestionRow) -> tuple[Side, ...]:
    """Return the lines to compare."""
    newer, older = _told(question.newer), _told(question.older)
    return tuple(Side(title=title, newer=newer[title], older=older[title]) for title in newer)


def because(reasons: Sequence[Reason]) -> str:
    """Return why two are compared, in one line: what is the same first, then what differs."""
    by_how = sorted(reasons, key=lambda one: (-one.points, one.what))
    grouped: dict[str, list[str]] = {}
    for one in by_how:
        grouped.setdefault(one.how, []).append(words.reason(one.what))
    return ". ".join(f"{words.title(how)}: {', '.join(what)}" for how, what in grouped.items())


def _told(card: PersonCard) -> dict[str, str]:
    return {
        "Name": card.display_name,
        "Born": day(card.birth_date) if card.birth_date else "",
        "Age": str(card.age) if card.age is not None else "",
        "Telephone": ", ".join(one.display for one in card.phones),
        "Home": ", ".join(card.address_lines),
        "Language": words.language(card.language) if card.language else "",
    }
