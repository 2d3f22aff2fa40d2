"""Addresses of trials."""

from __future__ import annotations

from django.urls import path

from throughline.web.authority.trial import views

urlpatterns = [path("<uuid:ref>/", views.trial, name="trial")]
