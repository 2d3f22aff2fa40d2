"""Addresses of the `intake` process: the door for senders' machines."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from throughline.web import health
from throughline.web.door import operations, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.door, name="home"),
    path("health", health.health, name="health"),
    *operations.addresses(),
]

handler400 = "throughline.web.errors.bad_request"
handler403 = "throughline.web.errors.forbidden"
handler404 = "throughline.web.errors.not_found"
handler500 = "throughline.web.errors.server_error"
