"""Address of the queues board."""

from __future__ import annotations

from django.urls import path

from throughline.web.authority.queues import views

urlpatterns = [path("", views.queues, name="queues")]
