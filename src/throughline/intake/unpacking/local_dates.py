"""Dates of a SORMAS export, in the form of its user's language, as the captions name it: `Date of report (M/d/yyyy)`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

from throughline.definitions.forms.mapping import Mapping

ISO = "%Y-%m-%d"
# A day of birth may lack its parts, so that its caption names them in words; it is written as the others are.
BORN = "birthdate"
_FORM = re.compile(r"\(((?:d{1,2}|M{1,2}|yyyy)(?:[./ -]+(?:d{1,2}|M{1,2}|yyyy)){2})\)\s*$")

Fields = list[str]


def written_anew(
    columns: Sequence[str], captions: Sequence[str], form: Mapping
) -> Callable[[Fields], Fields]:
    """The function that writes a row's dates as 2020-10-03, where the mapping does not read them as they are.

    What is no date in the form that the captions name stays as it is.
    """
    named = [_form_of(caption) for caption in captions]
    local = next(filter(None, named), ISO)
    if local in _read_by(form):
        return lambda fields: fields
    places = [
        place
        for place, (column, caption) in enumerate(zip(columns, named, strict=False))
        if caption == local or column.rpartition(".")[2].casefold() == BORN
    ]

    def anew(fields: Fields) -> Fields:
        for place in places:
            if place < len(fields) and fields[place]:
                fields[place] = _as_iso(fields[place], local)
        return fields

    return anew


def _form_of(caption: str) -> str:
    """The form that a caption names, as strptime takes it; empty where it names none."""
    found = _FORM.search(caption)
    if found is None:
        return ""
    form = re.sub("d+", "%d", found[1])
    return re.sub("M+", "%m", form).replace("yyyy", "%Y")


def _read_by(form: Mapping) -> set[str]:
    return {*form.file.dates, *(one for source in form.sources.values() for one in source.dates)}


@lru_cache(maxsize=65536)
def _as_iso(value: str, form: str) -> str:
    try:
        return datetime.strptime(value.strip(), form).strftime(ISO)  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return value
