"""Addresses of the `desk` process: handlers, team leaders, supplier managers and local teams."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from throughline.web import health, start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.home, name="home"),
    path("", include("throughline.web.signin.urls")),
    path("health", health.health, name="health"),
    path("", include("throughline.web.console.urls")),
    path("local/", include("throughline.web.local.urls")),
    path("case/", include("throughline.web.cases.urls")),
    path("team/", include("throughline.web.team.urls")),
]
if settings.DEMONSTRATION:
    urlpatterns.append(path("design/", include("throughline.web.design.urls")))

handler400 = "throughline.web.errors.bad_request"
handler403 = "throughline.web.errors.forbidden"
handler404 = "throughline.web.errors.not_found"
handler500 = "throughline.web.errors.server_error"
