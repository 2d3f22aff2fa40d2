"""A line list, its mapping and perhaps a list of contacts, made into event tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from throughline.cli.from_list import cases, contacts, folder
from throughline.cli.from_list.cases import Listed
from throughline.cli.from_list.contacts import Paired
from throughline.cli.from_list.listed import Bad, ListFile
from throughline.definitions.forms.mapping import Mapping as Form
from throughline.definitions.load import Definition
from throughline.measures.errors import FolderError
from throughline.measures.tables import BATCHES
from throughline.measures.tidy import types_of

Told = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Where each row of one file went: received = accepted + duplicates + corrected + faults."""

    received: int
    accepted: int
    duplicates: int
    corrected: int
    faults: int

    def sentence(self, what: str) -> str:
        """Return it for a reader."""
        more = "".join(
            f" + {count:,} {name}"
            for count, name in (
                (self.duplicates, "duplicate" if self.duplicates == 1 else "duplicates"),
                (self.corrected, "corrected by a later row"),
                (self.faults, "that cannot be used"),
            )
            if count
        )
        return f"{what}: {self.received:,} received = {self.accepted:,} taken{more}."


@dataclass(frozen=True, kw_only=True)
class Made:
    """Event tables that are ready to be written, and all that is to be said of them.

    Of a list of which no row could be used there are none, and `cut_at` is None.
    """

    tables: Mapping[str, pl.DataFrame]
    cut_at: datetime | None
    zone: str
    rows: Balance
    contacts: Balance | None
    faults: Mapping[str, tuple[ListFile, list[Bad]]]
    assumed: Mapping[str, int]
    remarks: Sequence[str]
    told: Mapping[str, Any] = field(default_factory=dict)


def make(
    file: Path,
    definition: Definition,
    form: Form,
    *,
    contacts_file: Path | None,
    cut_at: datetime | None,
    now: datetime,
    progress: Told = lambda _: None,
) -> Made:
    """Read the lists and make the tables.

    Raises FileRefused for a file that cannot be read as its mapping has it, and FolderError when nothing says up to when
    it is known.
    """
    source = ListFile(file, form)
    listed = cases.read_list(
        source, form, now=now, progress=lambda row: progress(f"{row:,} rows read")
    )
    told = contacts.infected_by(form, listed)
    faults = {"faults": (source, listed.faults), "infector-faults": (source, told.faults)}
    paired = found = pairs = None
    if contacts_file is not None:
        pairs = ListFile(contacts_file, _of_contacts_file(form))
        paired = contacts.read_contacts(
            pairs, form, listed, now=now, progress=lambda row: progress(f"{row:,} contacts read")
        )
        faults["contact-faults"] = (pairs, paired.faults)
        found = contacts.joined(paired, told)
    elif listed.pairs:
        found = told.contacts
    tables = {"results": listed.results, "cases": listed.cases}
    if found is not None:
        tables["cases"] = contacts.named(listed.cases, found, all_listed=paired is not None)
        tables["contacts"] = found
    rows = _balance(listed)
    digest = source.sha256()
    cut = folder.cut_of(tables, ZoneInfo(form.file.zone), cut_at)
    if cut is not None:
        tables |= _with_batch(tables["results"], rows, digest, cut)
    elif rows.faults:
        tables = {}
    else:
        raise FolderError("No row has a date; say up to when the list is known, with --cut-at.")
    assumed = _assumed(listed, told, paired)
    return Made(
        tables=tables,
        cut_at=cut,
        zone=form.file.zone,
        rows=rows,
        contacts=_of_contacts(paired) if paired else None,
        faults={name: pair for name, pair in faults.items() if pair[1]},
        assumed=assumed,
        remarks=[one.remark for one in (source, pairs) if one is not None and one.remark],
        told={
            "list": {"name": file.name, "sha256": digest},
            "contacts": {"name": pairs.path.name, "sha256": pairs.sha256()} if pairs else None,
            "mapping": {
                "id": definition.id,
                "version": definition.version,
                "sha256": definition.sha256,
            },
            "assumed": assumed,
        },
    )


def _of_contacts_file(form: Form) -> Form:
    """Return the mapping as it reads the contacts: they are columns, whatever format the results come in."""
    return form.model_copy(update={"file": form.file.model_copy(update={"format": "csv"})})


def _balance(listed: Listed) -> Balance:
    return Balance(
        received=listed.received,
        accepted=listed.accepted,
        duplicates=listed.duplicates,
        corrected=listed.corrected,
        faults=len(listed.faults),
    )


def _of_contacts(paired: Paired) -> Balance:
    return Balance(
        received=paired.received,
        accepted=paired.accepted,
        duplicates=paired.duplicates,
        corrected=0,
        faults=len(paired.faults),
    )


def _assumed(listed: Listed, told: Paired, paired: Paired | None) -> dict[str, int]:
    """Return how many moments stand in for one that is never empty and that nobody gave, each by its column."""
    found = Counter({f"cases.transferred_at = {name}": n for name, n in listed.assumed.items()})
    for one in (told, paired):
        if one is not None:
            found.update({f"contacts.identified_at = {name}": n for name, n in one.assumed.items()})
    return dict(found)


def _with_batch(
    results: pl.DataFrame, rows: Balance, digest: str, cut: datetime
) -> dict[str, pl.DataFrame]:
    """Return the results with the batch that they came in, which is the list, and the batch with its balance."""
    batch = {
        "batch_id": digest[:16],
        "hash": digest,
        "rows_received": rows.received,
        # A row that a later one corrected is a result too, merged into that one's.
        "accepted": rows.accepted + rows.corrected,
        "duplicates": rows.duplicates,
        "quarantined": rows.faults,
        "rejected": 0,
        "recorded_at": cut,
    }
    types = types_of(BATCHES)
    known = pl.coalesce("reported_at", "taken_at", pl.lit(cut, dtype=pl.Datetime("us", "UTC")))
    return {
        "results": results.with_columns(batch_id=pl.lit(digest[:16]), recorded_at=known),
        "batches": pl.DataFrame(
            [tuple(batch.get(name) for name in types)], schema=types, orient="row"
        ),
    }
