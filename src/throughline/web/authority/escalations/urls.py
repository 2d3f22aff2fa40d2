"""Address of the escalations."""

from __future__ import annotations

from django.urls import path

from throughline.web.authority.escalations import views

urlpatterns = [path("", views.escalated, name="escalations")]
