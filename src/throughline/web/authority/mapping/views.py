"""A waiting file: how its columns would be read, ten rows as they would become, and the mapping saved and used."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from throughline.core import clock
from throughline.core.errors import NotFound
from throughline.core.service import service_zone
from throughline.definitions import load
from throughline.definitions import queries as definitions
from throughline.definitions.errors import DefinitionError
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.actions.looking import look_at_file
from throughline.intake.actions.mapping import choose_mapping
from throughline.intake.parsing import FileRefused
from throughline.intake.queries.messages import message
from throughline.intake.queries.samples import Sample
from throughline.intake.reading import accepts_drama_numbers
from throughline.intake.rules.drafting import Draft, as_toml, chosen_of
from throughline.intake.rules.previewing import Preview, preview
from throughline.intake.rules.proposing import propose
from throughline.web.authority.mapping.forms import MappingForm
from throughline.web.doors import open_to, person
from throughline.workforce.models import JobRole

NAMED = ("title", "name", "meaning", "reason", "approved_by")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(JobRole.AUTHORITY)
def mapping(request: HttpRequest, ref: UUID) -> HttpResponse:
    """Propose, look again as often as wanted, save and load."""
    line = message(ref)
    if line is None:
        raise NotFound
    if line.state != "unmapped":
        return redirect("receipt", ref=ref)
    sample = look_at_file(message_ref=ref, by=person(request).id, at=clock.now())
    form = _form(request, sample, sender=line.sender)
    saving = "save" in request.POST
    if form.is_bound and not saving:
        # To look again needs no name yet.
        for name in NAMED:
            form.fields[name].required = False
    shown = None
    if not form.is_bound or form.is_valid():
        definition, shown = _tried(form, sample)
        if saving and definition is not None and form.is_valid():
            choose_mapping(
                message_ref=ref, definition=definition, by=person(request).id, at=clock.now()
            )
            return redirect("receipt", ref=ref)
    request.personal = True  # type: ignore[attr-defined]
    page = {"form": form, "line": line, "sample": sample, "preview": shown}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "authority/mapping/mapping.html", page, status=status)


def _form(request: HttpRequest, sample: Sample, *, sender: str) -> MappingForm:
    proposal = propose(sample.columns, sample.rows)
    diseases = sorted({one.id.partition("-")[0] for one in definitions.versions("protocol")})
    initial = {"name": sender.replace("_", "-"), "zone": service_zone().key}
    return MappingForm(
        request.POST if request.method == "POST" else None,
        proposal=proposal,
        diseases=diseases,
        initial=initial,
    )


def _first_look(form: MappingForm, sample: Sample) -> Preview | None:
    """The first rows as proposed, where so much can be told; what the file does not say is taken as an example."""
    chosen = [one for one in chosen_of(form.proposal) if one.column not in form.undecided]
    said = {one.field for one in chosen}
    examples = {"disease": form.diseases[0], "result": "positive"} if form.diseases else {}
    draft = Draft(
        name="draft", version=1, title="Draft", meaning="Each row is one result.", reason="To be looked at",
        approved_by="Nobody yet", chosen=chosen, format=sample.format, zone=service_zone().key,
        constants={name: value for name, value in examples.items() if name not in said},
    )  # fmt: skip
    try:
        return _previewed(load.parse(as_toml(draft, form.proposal), file="The mapping"), sample)
    except (DefinitionError, FileRefused):
        return None


def _previewed(definition: load.Definition, sample: Sample) -> Preview:
    return preview(
        cast(Mapping, definition.form),
        sample.columns,
        sample.rows,
        received_at=sample.received_at,
        allow_drama_numbers=accepts_drama_numbers(),
    )


def _tried(form: MappingForm, sample: Sample) -> tuple[load.Definition | None, Preview | None]:
    """The definition as chosen so far and what it makes of the first rows; what is missing stands in the form."""
    if not form.is_bound:
        return None, _first_look(form, sample)
    name = form.cleaned_data.get("name") or "draft"
    known = definitions.versions("mapping", name)
    draft = form.draft(version=known[-1].version + 1 if known else 1, format_=sample.format)
    try:
        definition = load.parse(as_toml(draft, form.proposal), file="The mapping")
        return definition, _previewed(definition, sample)
    except (DefinitionError, FileRefused) as problem:
        form.add_error(None, str(problem))
        return None, None
