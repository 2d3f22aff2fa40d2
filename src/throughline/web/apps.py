"""Django's name for the web room."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """The room `web`: templates and static files, no tables."""

    name = "throughline.web"
    label = "web"
