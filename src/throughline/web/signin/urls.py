"""The only sign-in routes there are: nobody signs up, and nothing is changed or reset by mail."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from throughline.web.signin import views

urlpatterns = [
    path("sign-in/", views.Login.as_view(), name="account_login"),
    path("sign-in/code/", views.Authenticate.as_view(), name="mfa_authenticate"),
    path("sign-in/set-up/", views.SetUp.as_view(), name="mfa_activate_totp"),
    path("sign-in/again/", views.Reauthenticate.as_view(), name="account_reauthenticate"),
    path("sign-in/closed/", views.closed, name="account_inactive"),
    path("sign-in/extend/", views.extend, name="session_extend"),
    path("sign-out/", views.Logout.as_view(), name="account_logout"),
    # allauth looks these names up; both lead somewhere that exists.
    path("sign-in/again/code/", views.CodeAgain.as_view(), name="mfa_reauthenticate"),
    path("sign-in/done/", RedirectView.as_view(url="/"), name="mfa_index"),
]
