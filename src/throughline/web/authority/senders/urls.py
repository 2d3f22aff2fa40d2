"""Addresses of the senders."""

from __future__ import annotations

from django.urls import path

from throughline.web.authority.senders import views

urlpatterns = [
    path("", views.senders, name="senders"),
    path("<uuid:ref>/", views.sender, name="sender"),
]
