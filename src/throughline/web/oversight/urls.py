"""Addresses of the oversight pages."""

from __future__ import annotations

from django.urls import path

from throughline.web.oversight import views
from throughline.web.oversight.definitions import views as definitions
from throughline.web.oversight.figures import views as figures
from throughline.web.oversight.journal import views as journal

urlpatterns = [
    path("start/", views.start, name="start"),
    path("organisations/", views.organisations, name="organisations"),
    path("figures/", figures.figures, name="figures"),
    path("figures/<str:measure>/", figures.figure, name="figure"),
    path("journal/", journal.journal, name="journal"),
    path("definitions/", definitions.definitions, name="definitions"),
    path(
        "definitions/<slug:kind>/<slug:name>/<int:version>/",
        definitions.definition,
        name="definition",
    ),
]
