"""Addresses of the front page."""

from __future__ import annotations

from django.urls import path

from throughline.web.authority.front import views

urlpatterns = [
    path("", views.front, name="front"),
    path("handovers/", views.handovers, name="handovers"),
]
