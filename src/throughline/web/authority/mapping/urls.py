"""The address of a waiting file's mapping."""

from __future__ import annotations

from django.urls import path

from throughline.web.authority.mapping import views

urlpatterns = [path("<uuid:ref>/", views.mapping, name="file-mapping")]
