"""The columns of the event tables that a list of cases, or of contacts, may fill besides what every result has."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from throughline.measures.columns import Column, Kind, Table
from throughline.measures.tables import CASES, CONTACTS

EXTRA = "x_"
"""What the name of a column begins with that is kept as text, to group by, and that no measure knows."""

_KINDS = {
    Kind.ID: "id",
    Kind.TEXT: "text",
    Kind.CODE: "word",
    Kind.TIME: "time",
    Kind.DATE: "date",
    Kind.BOOL: "flag",
    Kind.COUNT: "count",
}

# Of a case, the fields of its result say these already; nobody's list says who was merged into whom.
_OF_THE_RESULT = {
    "person_id", "household_id", "result_id", "disease", "area", "region", "under_18", "symptomatic",
    "onset_on", "taken_at", "result_at",
}  # fmt: skip
_OF_THE_SERVICE = {"merged_into", "recorded_at", "rules"}
# What the list itself tells of a contact: the transfer of the case, and what became of the person.
_OF_THE_LIST = {"case_transferred_at", "became_case_id"}


def _columns(table: Table, without: Collection[str]) -> Iterator[Column]:
    return (one for one in table.columns if one.name not in _OF_THE_SERVICE | set(without))


_CASE = tuple(_columns(CASES, _OF_THE_RESULT))
_CONTACT = tuple(_columns(CONTACTS, _OF_THE_LIST))

CASE_KINDS = {one.name: "code" if one.codes else _KINDS[one.kind] for one in _CASE}
"""Every column of a case that `[case]` may fill, and the kind of value it takes."""

CONTACT_KINDS = {one.name: "code" if one.codes else _KINDS[one.kind] for one in _CONTACT}
"""Every column of a contact that `[contact]` may fill, and the kind of value it takes."""

CODES = {one.name: one.codes for one in (*_CASE, *_CONTACT) if one.codes}
"""The codes of those columns that have some."""
