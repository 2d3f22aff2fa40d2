"""Addresses of the ledger."""

from __future__ import annotations

from django.urls import path, register_converter

from throughline.web.authority.ledger import views
from throughline.web.days import DayConverter

register_converter(DayConverter, "day")

urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("<uuid:sender>/<day:day>/", views.ledger_day, name="ledger-day"),
]
