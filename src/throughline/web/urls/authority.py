"""Addresses of the `authority` process: the authority, and those who oversee it."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from throughline.web import health, start

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.home, name="home"),
    path("", include("throughline.web.signin.urls")),
    path("health", health.health, name="health"),
    path("front/", include("throughline.web.authority.front.urls")),
    path("ledger/", include("throughline.web.authority.ledger.urls")),
    path("senders/", include("throughline.web.authority.senders.urls")),
    path("upload/", include("throughline.web.authority.upload.urls")),
    path("trial/", include("throughline.web.authority.trial.urls")),
    path("mapping/", include("throughline.web.authority.mapping.urls")),
    path("quarantine/", include("throughline.web.authority.quarantine.urls")),
    path("queues/", include("throughline.web.authority.queues.urls")),
    path("questions/", include("throughline.web.authority.questions.urls")),
    path("escalations/", include("throughline.web.authority.escalations.urls")),
    path("case/", include("throughline.web.cases.urls")),
    path("", include("throughline.web.oversight.urls")),
]
if settings.DEMONSTRATION:
    urlpatterns.append(path("design/", include("throughline.web.design.urls")))

handler400 = "throughline.web.errors.bad_request"
handler403 = "throughline.web.errors.forbidden"
handler404 = "throughline.web.errors.not_found"
handler500 = "throughline.web.errors.server_error"
