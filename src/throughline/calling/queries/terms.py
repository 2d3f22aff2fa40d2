"""The terms of calling and the outcomes in force, kept for a minute: every claim reads them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import cast

from django.conf import settings

from throughline.definitions import queries as definitions
from throughline.definitions.forms.calling import Calling
from throughline.definitions.forms.outcomes import Outcomes

MOST_KEPT = 4

_terms: dict[tuple[str, datetime], Calling] = {}


def terms(at: datetime) -> Calling:
    """Return the terms of calling at that moment."""
    return kept_terms(at) or _keep(at)


def kept_terms(at: datetime) -> Calling | None:
    """Return them if they were read in this minute already: to read them takes a role, to know them none."""
    return _terms.get((_database(), _minute(at)))


def outcomes(at: datetime) -> Outcomes:
    """Return the outcomes that a conversation can end in at that moment."""
    return _outcomes(_database(), at.replace(second=0, microsecond=0))


def _database() -> str:
    # The database's name is part of the key: test workers have one each.
    return str(settings.DATABASES["default"]["NAME"])


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _keep(at: datetime) -> Calling:
    day = at.date()
    found = cast(Calling, definitions.in_force("calling", opened=day, on=day).form)
    if len(_terms) >= MOST_KEPT:
        _terms.clear()
    _terms[_database(), _minute(at)] = found
    return found


@lru_cache(maxsize=4)
def _outcomes(database: str, minute: datetime) -> Outcomes:
    day = minute.date()
    return cast(Outcomes, definitions.in_force("outcomes", opened=day, on=day).form)
