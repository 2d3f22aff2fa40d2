"""Addresses of one case."""

from __future__ import annotations

from django.urls import path

from throughline.web.cases import views

urlpatterns = [
    path("", views.find, name="case-find"),
    path("<uuid:ref>/", views.case, name="case"),
]
