"""Addresses of a supplier's pages."""

from __future__ import annotations

from django.urls import path

from throughline.web.team import views

urlpatterns = [
    path("", views.board, name="team-board"),
    path("staff/", views.staff, name="staff"),
]
