"""Two persons side by side, line by line, with what differs marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from throughline.tracing.queries.cards import PersonCard
from throughline.tracing.queries.case_cards import QuestionRow, Reason
from throughline.tracing.queries.joins import Home, JoinedRow, Preview
from throughline.web import words
from throughline.web.cases.pages import DISEASES
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


def sides(pair: QuestionRow | JoinedRow) -> tuple[Side, ...]:
    """Return the lines to compare."""
    newer, older = _told(pair.newer), _told(pair.older)
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


# From how many points on; the rule joins by itself from 17 on, where name and birth date agree.
CERTAINTY = (
    (17, "Very likely one", "good"),
    (13, "Likely one", "info"),
    (0, "Perhaps one", "hold"),
)
ANOTHER_HOME = ("In the newer’s home", "In the older’s home")


def certainty(score: float) -> tuple[str, str]:
    """Return how certain it is that two are one, as a tag's words and kind."""
    return next((said, kind) for least, said, kind in CERTAINTY if score >= least)


def if_same(preview: Preview) -> tuple[str, ...]:
    """Return what follows if they are one person, a sentence for each thing."""
    if preview.refused:
        return (preview.refused,)
    said = []
    if preview.waits:
        said.append(
            "Somebody is speaking with one of them now: they are joined when that has ended."
        )
    said += [
        f"Their {DISEASES.get(one, one)} cases become one; the older record’s is counted."
        for one in preview.diseases
    ]
    if preview.cases_apart:
        said.append(f"{_count(preview.cases_apart, 'case stays', 'cases stay')} as now.")
    if preview.contacts_merged:
        said.append(
            f"{_count(preview.contacts_merged, 'time', 'times')} both were named by the same case: "
            "that is counted once."
        )
    if preview.contacts_moved:
        said.append(
            f"{_count(preview.contacts_moved, 'exposure', 'exposures')} still to be told of "
            f"{'moves' if preview.contacts_moved == 1 else 'move'} to the older record."
        )
    said += _calls(preview.homes)
    return (*said, "Nothing is thrown away: the join can be undone.")


def if_different(preview: Preview) -> tuple[str, ...]:
    """Return what follows if they are two persons."""
    calls = sum(home.now > 0 for home in preview.homes)
    return (
        "They stay two persons, each with the cases and contacts of their own.",
        f"Nobody’s calls change: {_count(calls, 'home has', 'homes have')} a conversation to come."
        if calls
        else "Nobody is to be called either way.",
        "The question is not asked again.",
    )


def _calls(homes: Sequence[Home]) -> list[str]:
    titles = ("In their home",) if len(homes) == 1 else ANOTHER_HOME
    return [
        line for title, home in zip(titles, homes, strict=True) for line in _of_home(title, home)
    ]


def _of_home(title: str, home: Home) -> list[str]:
    lines = []
    if home.closes:
        lines.append(f"{title} the conversation is closed: nobody there is called for it any more.")
    elif home.now != home.after:
        lines.append(f"{title} people to be spoken with: {home.after} instead of {home.now}.")
    elif home.now:
        lines.append(f"{title} nothing changes; people to be spoken with: {home.now}.")
    if home.numbers_after > home.numbers_now and home.after:
        more = home.numbers_after - home.numbers_now
        lines.append(f"{title} {_count(more, 'number', 'numbers')} more can be rung.")
    return lines


def if_parted(row: JoinedRow) -> tuple[str, ...]:
    """Return what follows when a join is undone."""
    said = []
    if row.waits:
        said.append(
            "Somebody is speaking with one of their homes now: undo it when that has ended."
        )
    if row.cases:
        said.append(
            f"{_count(row.cases, 'case', 'cases')} of the newer record stands for itself again."
        )
    if row.contacts:
        said.append(
            f"{_count(row.contacts, 'exposure', 'exposures')} go back to the newer record’s home."
        )
    said.append(
        "Whoever was still to be called before the join, and was not reached since, is called."
    )
    return tuple(said)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
