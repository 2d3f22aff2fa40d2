"""One case on one page. It is reached by a link or by its whole reference, and opening it leaves an entry."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from throughline.core import clock
from throughline.tracing.access import sight_of_case
from throughline.tracing.queries.cases import case_page
from throughline.web.cases.forms import FindForm, WhyForm
from throughline.web.cases.pages import OUTCOMES, RESULTS, TITLES, page_of
from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(JobRole.AUTHORITY, JobRole.LOCAL)
def find(request: HttpRequest) -> HttpResponse:
    """Ask for a reference and go there. Whether there is such a case is said by the case's page alone."""
    form = FindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("case", ref=form.cleaned_data["ref"])
    return render(request, "cases/find.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@open_to(JobRole.AUTHORITY, JobRole.LOCAL)
def case(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Ask why, unless the link says it; then show the case."""
    form = WhyForm(request.GET or None)
    if not form.is_valid():
        # Asked before anything is looked up, so that this page says nothing of whether there is a case.
        return render(request, "cases/why.html", {"form": form, "ref": ref})
    at = clock.now()
    sight = sight_of_case(user=person(request), ref=ref, why=form.cleaned_data["why"], at=at)
    request.personal = True  # type: ignore[attr-defined]
    page = {
        "page": page_of(case_page(sight, ref, at)),
        "titles": TITLES,
        "outcomes": OUTCOMES,
        "results": RESULTS,
        # The definitions' pages are served by the authority's process alone.
        "opens_definitions": person(request).role == JobRole.AUTHORITY,
    }
    return render(request, "cases/case.html", page)
