"""The terms of calling and the outcomes in force, kept for a minute: every claim reads them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import cast

from django.conf import settings

from throughline.definitions import queries as definitions
from throughline.definitions.forms.calling import Calling
from throughline.definitions.forms.outcomes import Outcomes


def terms(at: datetime) -> Calling:
    """Return the terms of calling at that moment."""
    return _terms(_database(), at.replace(second=0, microsecond=0))


def outcomes(at: datetime) -> Outcomes:
    """Return the outcomes that a conversation can end in at that moment."""
    return _outcomes(_database(), at.replace(second=0, microsecond=0))


def _database() -> str:
    # The database's name is part of the key: test workers have one each.
    return str(settings.DATABASES["default"]["NAME"])


@lru_cache(maxsize=4)
def _terms(database: str, minute: datetime) -> Calling:
    day = minute.date()
    return cast(Calling, definitions.in_force("calling", opened=day, on=day).form)


@lru_cache(maxsize=4)
def _outcomes(database: str, minute: datetime) -> Outcomes:
    day = minute.date()
    return cast(Outcomes, definitions.in_force("outcomes", opened=day, on=day).form)
