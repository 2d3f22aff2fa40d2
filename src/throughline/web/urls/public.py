"""Addresses of the `public` process. The pages of a case and of a contact come here."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from throughline.web import health
from throughline.web.public import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.about_the_call, name="home"),
    path("health", health.health, name="health"),
]

handler400 = "throughline.web.errors.bad_request"
handler403 = "throughline.web.errors.forbidden"
handler404 = "throughline.web.errors.not_found"
handler500 = "throughline.web.errors.server_error"
