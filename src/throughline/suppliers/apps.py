"""Django's name for this room."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    """The room `suppliers`."""

    name = "throughline.suppliers"
    label = "suppliers"
