"""Addresses of the quarantine."""

from __future__ import annotations

from django.urls import path

from throughline.web.authority.quarantine import views

urlpatterns = [
    path("", views.quarantine, name="quarantine"),
    path("row/<uuid:ref>/", views.row, name="quarantine-row"),
    path("row/<uuid:ref>/correct/", views.correct, name="quarantine-correct"),
    path("row/<uuid:ref>/take-on/", views.take_on, name="quarantine-take-on"),
    path("row/<uuid:ref>/reject/", views.reject, name="quarantine-reject"),
    path("refused/<uuid:ref>/", views.refused, name="refused"),
    path("refused/<uuid:ref>/take-on/", views.take_on_message, name="refused-take-on"),
    path("refused/<uuid:ref>/read-again/", views.read_message_again, name="refused-read-again"),
    path("refused/<uuid:ref>/settle/", views.settle, name="refused-settle"),
    path("message/<uuid:ref>/decide/", views.decide, name="quarantine-decide"),
    path("message/<uuid:ref>/mend.csv", views.export, name="quarantine-export"),
]
