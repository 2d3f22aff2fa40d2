"""Addresses of the questions."""

from __future__ import annotations

from django.urls import path

from throughline.web.authority.questions import views

urlpatterns = [
    path("", views.questions, name="questions"),
    path("<uuid:question_id>/", views.question, name="question"),
]
