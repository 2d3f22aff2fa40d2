"""What the pages of definitions show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from throughline.definitions import queries as stored
from throughline.definitions.load import KINDS
from throughline.definitions.queries import Stored
from throughline.definitions.words import Difference, differences, in_words

TITLES = {
    "protocol": ("Protocols", "Who is a case, who is a contact, which days they stay at home."),
    "calling": ("Terms of calling", "How often, at what hours, and who comes first."),
    "outcomes": ("Outcomes", "How a conversation can end, and what follows."),
    "script": ("Scripts", "What a handler says and asks."),
    "mapping": ("Mappings", "How one sender's columns become results."),
}
APPLIES = {"new": "New cases only", "open": "Open cases too"}


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """One version in the list."""

    title: str
    name: str
    version: int
    valid_from: date
    state: str
    tag: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Family:
    """Every version of one kind."""

    kind: str
    title: str
    about: str
    lines: tuple[VersionLine, ...]


@dataclass(frozen=True, kw_only=True)
class DefinitionPage:
    """One version in full."""

    kind: str
    kind_title: str
    line: VersionLine
    applies: str
    approved_by: str
    source: str
    sha256: str
    sentences: tuple[tuple[str, str], ...]
    former: int | None
    changes: tuple[Difference, ...]


def families(*, on: date) -> tuple[Family, ...]:
    """Return every kind with its versions, the newest of each first."""
    found = []
    for kind in sorted(KINDS, key=list(TITLES).index):
        versions = stored.versions(kind)
        title, about = TITLES[kind]
        lines = [_line(one, versions, on=on) for one in versions]
        lines.sort(key=lambda line: (line.name, -line.version))
        found.append(Family(kind=kind, title=title, about=about, lines=tuple(lines)))
    return tuple(found)


def definition_page(kind: str, name: str, version: int, *, on: date) -> DefinitionPage:
    """Return one version, with what changed since the one before. Raises NothingInForceError."""
    one = stored.get(kind, name, version)
    versions = stored.versions(kind, name)
    former = max((v for v in versions if v.version < version), key=_number, default=None)
    return DefinitionPage(
        kind=kind,
        kind_title=TITLES[kind][0],
        line=_line(one, versions, on=on),
        applies=APPLIES[one.applies_to],
        approved_by=one.approved_by,
        source=one.source,
        sha256=one.sha256,
        sentences=tuple(in_words(one.form)),
        former=former.version if former else None,
        changes=tuple(differences(former.form, one.form)) if former else (),
    )


def _line(one: Stored, versions: Sequence[Stored], *, on: date) -> VersionLine:
    state, tag = _state(one, versions, on=on)
    return VersionLine(
        title=one.title,
        name=one.id,
        version=one.version,
        valid_from=one.valid_from,
        state=state,
        tag=tag,
        reason=one.reason,
    )


def _state(one: Stored, versions: Sequence[Stored], *, on: date) -> tuple[str, str]:
    if one.valid_from > on:
        return "To come", "info"
    later = [
        other
        for other in versions
        if other.id == one.id and (other.valid_from, other.version) > (one.valid_from, one.version)
    ]
    if any(other.valid_from <= on and other.applies_to == "open" for other in later):
        return "Replaced", "hold"
    if any(other.valid_from <= on for other in later):
        return "For what was opened earlier", "hold"
    return "In force", "good"


def _number(one: Stored) -> int:
    return one.version
