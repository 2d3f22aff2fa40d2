"""Two persons side by side, line by line, with what differs marked."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.tracing.queries.cards import PersonCard
from throughline.tracing.queries.case_cards import QuestionRow
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


def _told(card: PersonCard) -> dict[str, str]:
    return {
        "Name": card.display_name,
        "Born": day(card.birth_date) if card.birth_date else "",
        "Age": str(card.age) if card.age is not None else "",
        "Telephone": ", ".join(one.display for one in card.phones),
        "Home": ", ".join(card.address_lines),
        "Language": card.language,
    }
