"""Addresses of a local team's pages."""

from __future__ import annotations

from django.urls import path

from throughline.web.local import views

urlpatterns = [
    path("", views.home, name="local-home"),
    path("cases/", views.cases, name="local-cases"),
    path("escalations/", views.escalated, name="local-escalations"),
    path("item/<uuid:item>/accept/", views.accept, name="handover-accept"),
    path("item/<uuid:item>/take/", views.take, name="handover-take"),
    path("item/<uuid:item>/return/", views.give_back, name="handover-return"),
    path("item/<uuid:item>/back/", views.hand_back, name="handover-back"),
]
