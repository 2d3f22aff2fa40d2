"""The main points: sentences made from the figures, in which no rate stands alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from throughline.measures.answers import Answer
from throughline.measures.bulletin.compute import Figures
from throughline.measures.bulletin.tables import Who
from throughline.measures.terms import DEFAULT, DEFINITIONS
from throughline.measures.wording import count, day, decimal, percent, week


@dataclass(frozen=True, slots=True)
class Quoted:
    """A figure as a sentence says it, and as it is."""

    value: float
    said: str


Sentence = tuple[str | Quoted, ...]


def plain(sentence: Sentence) -> str:
    """Return a sentence as text."""
    return "".join(part if isinstance(part, str) else part.said for part in sentence)


def headlines(figures: Figures, on: date) -> list[Sentence]:
    """Return the main points of the week that begins on a day; what is suppressed or unknown is left out."""
    return [sentence for maker in MAKERS for sentence in maker(figures, on)]


def _of(
    figures: Figures, on: date, measure: str, who: Who = Who.ALL, band: str | None = None
) -> Answer | None:
    found = figures.get(measure, {"week": on.isoformat(), **who.tag}, band)
    return found if found and found.value is not None else None


def _count(answer: Answer) -> Quoted:
    return Quoted(float(answer.numerator or 0), count(answer.numerator))


def _rate(answer: Answer) -> Quoted:
    return Quoted(answer.value or 0.0, percent(answer.value))


def _pair(answer: Answer) -> Sentence:
    of = Quoted(float(answer.denominator or 0), count(answer.denominator))
    return (" (", _count(answer), " of ", of, ")")


def _transferred(figures: Figures, on: date) -> Iterator[Sentence]:
    if not (now := _of(figures, on, "cases.transferred")):
        return
    told: Sentence = (_count(now), f" people were transferred to tracing in the week of {week(on)}")
    if before := _of(figures, on - timedelta(weeks=1), "cases.transferred"):
        told = (*told, ", after ", _count(before), " in the week before")
    yield (*told, ".")


def _groups(figures: Figures, on: date, measure: str) -> Sentence:
    """Say a rate for the two groups, so that the one of all does not stand alone."""
    told: Sentence = ()
    for who, words in (
        (Who.HEALTH_PROTECTION, " of those managed by health protection"),
        (Who.OTHERS, " of the others"),
    ):
        if found := _of(figures, on, measure, who):
            told = (*told, " and " if told else "; ", _rate(found), words)
    return told


def _redefined(figures: Figures, on: date, usual: Answer) -> Sentence:
    """Say a rate under each definition that came into force later, where it is another one."""
    told: Sentence = ()
    for one in DEFINITIONS.values():
        if one.since is None or on + timedelta(days=6) < one.since:
            continue
        group = {"week": on.isoformat()}
        found = figures.get(usual.measure, group, definition=one.id)
        if found and found.value is not None and found.value != usual.value:
            told = (
                *told, f" This is by {DEFAULT}. Under the definition in force since {day(one.since)}, "
                f"{one.id}, it is ", _rate(found), ".",
            )  # fmt: skip
    return told


def _cases(figures: Figures, on: date) -> Iterator[Sentence]:
    if found := _of(figures, on, "cases.reached"):
        yield (
            _rate(found),
            " of these cases were reached",
            *_pair(found),
            *_groups(figures, on, "cases.reached"),
            ".",
            *_redefined(figures, on, found),
        )


def _contacts(figures: Figures, on: date) -> Iterator[Sentence]:
    if not (found := _of(figures, on, "contacts.reached")):
        return
    told = (
        _rate(found),
        " of contacts were reached",
        *_pair(found),
        *_groups(figures, on, "contacts.reached"),
    )
    if details := _of(figures, on, "contacts.reached_with_details"):
        told = (*told, ". Where details were given it was ", _rate(details))
    yield (*told, ".", *_redefined(figures, on, found))


def _coverage(figures: Figures, on: date) -> Iterator[Sentence]:
    if found := _of(figures, on, "coverage.case_by_contact"):
        yield (
            "Cases reached times contacts reached is ", _rate(found),
            ": no more than this share of the contacts of all cases can have been reached.",
        )  # fmt: skip


def _mix(figures: Figures, on: date) -> Iterator[Sentence]:
    weeks = sorted(str(one.group["week"]) for one in figures.of("contacts.reached_mix_adjusted"))
    mixed = _of(figures, on, "contacts.reached_mix_adjusted")
    if not mixed or not weeks or weeks[0] == on.isoformat():
        return
    first = date.fromisoformat(weeks[0])
    before, now = _of(figures, first, "contacts.reached"), _of(figures, on, "contacts.reached")
    if before and now:
        yield (
            "Since the week of ", week(first), " the share of contacts reached went from ", _rate(before), " to ",
            _rate(now), "; had the mix of those managed by health protection and of others stayed the same, it "
            "would now be ", _rate(mixed), ".",
        )  # fmt: skip


def _times(figures: Figures, on: date) -> Iterator[Sentence]:
    cases = _of(figures, on, "cases.reached_within", Who.OTHERS, "le24h")
    contacts = _of(figures, on, "contacts.reached_within_of_case", Who.OTHERS, "le24h")
    if cases:
        yield (
            "Outside health protection ", _rate(cases),
            " of the cases reached were reached within 24 hours of their transfer", *_pair(cases),
            *((", and ", _rate(contacts), " of the contacts reached within 24 hours of their case's transfer",
               *_pair(contacts)) if contacts else ()),
            ".",
        )  # fmt: skip


def _whole_clock(figures: Figures, on: date) -> Iterator[Sentence]:
    found = _of(figures, on, "clock.onset_to_contact_reached", Who.OTHERS, "p50")
    if found and found.value is not None:
        hours = Quoted(found.value, decimal(found.value))
        n = found.beside.get("n")
        over: Sentence = (" (over ", Quoted(float(n), count(n)), ")") if n else ()
        yield (
            "Half of the contacts reached outside health protection were reached more than ", hours,
            " hours after their case's first symptoms", *over, ".",
        )  # fmt: skip


MAKERS = (_transferred, _cases, _contacts, _coverage, _mix, _times, _whole_clock)
