"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """The room `calling`."""

    name = "throughline.calling"
    label = "calling"
