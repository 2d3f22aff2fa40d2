"""Django's settings, read from the environment. One process has one login, one database and one URLconf."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from throughline.core.keys import key
from throughline.server.home import WEB_PROCESSES, connection_parameters

PACKAGE = Path(__file__).resolve().parent

# prepare: migrations and grants, with the owner's login; the others are run-time processes.
PROCESS = os.environ.get("THROUGHLINE_PROCESS", "prepare")

DEBUG = False
SECRET_KEY = key("django")
ALLOWED_HOSTS = os.environ.get("THROUGHLINE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "throughline.core",
    "throughline.journal",
    "throughline.definitions",
    "throughline.people",
    "throughline.suppliers",
    "throughline.workforce",
    "throughline.calling",
    "throughline.tracing",
    "throughline.intake",
    "throughline.web",
]

AUTH_USER_MODEL = "workforce.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# Staff sign in by a name; no page of ours asks for an e-mail address or sends one.
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"

_connection = connection_parameters(PROCESS)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": _connection["host"],
        "PORT": str(_connection["port"]),
        "NAME": _connection["dbname"],
        "USER": _connection["user"],
        "PASSWORD": _connection["password"],
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            # Persistent connections: 10 to 20 times faster than one a request. Nothing outlives a
            # transaction on them, because role and key are SET LOCAL.
            "pool": {"min_size": 1, "max_size": 4, "timeout": 10}
            if PROCESS in WEB_PROCESSES
            else False,
            "options": f"-c search_path={os.environ.get('THROUGHLINE_DEPLOYMENT', 'throughline')}"
            " -c timezone=UTC",
        },
        "TEST": {"MIGRATE": True},
    }
}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True

ROOT_URLCONF = f"throughline.web.urls.{PROCESS if PROCESS in WEB_PROCESSES else 'desk'}"
WSGI_APPLICATION = "throughline.web.wsgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "throughline.web.transactions.RequestTransaction",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "throughline.web.transactions.ActAs",
]

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
