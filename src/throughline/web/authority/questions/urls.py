"""Addresses of the questions, and of the joins that answers brought about."""

from __future__ import annotations

from django.urls import path

from throughline.web.authority.questions import joins, views

urlpatterns = [
    path("", views.questions, name="questions"),
    path("joined/", joins.joined, name="joined"),
    path("joined/<uuid:link_id>/", joins.pair, name="joined-pair"),
    path("<uuid:question_id>/", views.question, name="question"),
]
