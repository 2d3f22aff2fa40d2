"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """The room `record`."""

    name = "throughline.record"
    label = "record"
