"""The first page of those who oversee the service, and the list of organisations."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughline.suppliers import queries as suppliers
from throughline.web.doors import AUTHORITY, open_to, person
from throughline.workforce.models import JobRole


@dataclass(frozen=True, kw_only=True)
class Duty:
    """What a role is here for, and what it will find here later."""

    does: str
    later: str


DUTIES = {
    JobRole.EPIDEMIOLOGIST: Duty(
        does="You follow the outbreak by events without names.",
        later="Clusters and chains are not here yet; the bulletin is made by command from exported event tables.",
    ),
    JobRole.CONTRACTS: Duty(
        does="You answer for the contracts with suppliers.",
        later="Contracts, measures and service credits are not here yet.",
    ),
    JobRole.PROTECTION: Duty(
        does="You answer who saw whom, and why.",
        later="Access reports, incidents and requests are not here yet; the journal has every view.",
    ),
    JobRole.AUDITOR: Duty(
        does="You check what the service says against what it recorded.",
        later="To recompute a figure, ask for an export of the event tables: one command computes it from them.",
    ),
    JobRole.AUTHORITY: Duty(
        does="You answer for the service.",
        later="Your own first page is the front page.",
    ),
}


@require_safe
@open_to(*AUTHORITY)
def start(request: HttpRequest) -> HttpResponse:
    """Say what this person can see now, and what is not here yet."""
    return render(request, "oversight/start.html", {"duty": DUTIES[JobRole(person(request).role)]})


@require_safe
@open_to(*AUTHORITY)
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations of the service."""
    return render(request, "oversight/organisations.html", {"lines": suppliers.organisations()})
