"""A trial's answer in words."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from throughline.intake.queries.trials import LoadTried, TrialLine
from throughline.web.authority.upload.pages import balance_of_receipt
from throughline.web.balance import Balance
from throughline.web.filters import plural


@dataclass(frozen=True, kw_only=True)
class TrialPage:
    """One trial. `said` is the answer in a sentence; `again` is where the file is uploaded in earnest."""

    trial: TrialLine
    balance: Balance | None
    said: str
    again: str


def trial_page(trial: TrialLine) -> TrialPage:
    """Lay the answer out as a receipt is."""
    load = trial.load
    asked = {"sender": trial.sender_code, "mapping": trial.mapping}
    return TrialPage(
        trial=trial,
        balance=balance_of_receipt(load.receipt) if load and load.receipt else None,
        said=_said(trial),
        again=f"{reverse('upload')}?{urlencode(asked)}",
    )


def _said(trial: TrialLine) -> str:
    if trial.undo is not None:
        if trial.undo.refused:
            return f"It cannot be undone. {trial.undo.refused}"
        return (
            f"{plural(trial.undo.withdrawn, 'row', 'rows')} would be withdrawn and "
            f"{plural(trial.undo.left, 'row', 'rows')} would stay."
        )
    return _said_of_load(trial.load) if trial.load is not None else ""


def _said_of_load(load: LoadTried) -> str:
    if load.refused or load.receipt is None:
        return f"It could not be read. {load.refused}"
    first = "The first " if load.is_cut else ""
    found = load.receipt
    return (
        f"{first}{plural(found.received, 'row', 'rows')} would be read: {found.accepted:,} accepted, "
        f"{found.quarantined:,} in quarantine."
    )
