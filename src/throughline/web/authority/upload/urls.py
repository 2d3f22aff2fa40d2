"""Addresses of the upload page and of receipts."""

from __future__ import annotations

from django.urls import path

from throughline.web.authority.upload import views

urlpatterns = [
    path("", views.upload, name="upload"),
    path("<uuid:ref>/", views.receipt, name="receipt"),
    path("<uuid:ref>/undo/", views.undo, name="receipt-undo"),
]
