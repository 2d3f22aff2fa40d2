"""Addresses of the gallery."""

from __future__ import annotations

from django.urls import path

from throughline.web.design import views

urlpatterns = [
    path("", views.components, name="design"),
    path("console/", views.console, name="design_console"),
    path("public/", views.public, name="design_public"),
]
