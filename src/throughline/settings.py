"""Django's settings, read from the environment. One process has one login, one database and one URLconf."""

from __future__ import annotations

import os
from datetime import timedelta
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
    "throughline.record",
    "throughline.web",
]

AUTH_USER_MODEL = "workforce.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "throughline.web.signin.backends.StaffBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

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
            # The door's connections are as many as its threads: a slow sender's file must hold up nobody else's.
            "pool": {"min_size": 1, "max_size": 16 if PROCESS == "intake" else 4, "timeout": 10}
            if PROCESS in WEB_PROCESSES
            else False,
            # Only what asks for it (core/prepared.py) is prepared; None would turn even that off.
            "prepare_threshold": 1 << 30,
            "options": f"-c search_path={os.environ.get('THROUGHLINE_DEPLOYMENT', 'throughline')}"
            # What is prepared is planned once, from the first run on: planning a claim costs more than the claim.
            " -c timezone=UTC -c plan_cache_mode=force_generic_plan",
        },
        "TEST": {"MIGRATE": True},
    }
}

# To stderr, which the supervisor keeps in a file for each process. No line holds an error's own words.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "throughline.core.logs.Line"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "throughline": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING"},
        # Below an error it logs addresses that people made up.
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
    },
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
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "throughline.web.middleware.PrivatePages",
    # From here on there is a transaction, in the process's base role.
    "throughline.web.transactions.RequestTransaction",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "throughline.web.signin.middleware.SessionLimits",
    "throughline.web.signin.middleware.SecondFactor",
    "throughline.web.doors.RightAddress",
    # From here on the signed-in person's role and key.
    "throughline.web.transactions.ActAs",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# Senders' machines have no session, and the door opens its transactions itself: none while a body comes in.
if PROCESS == "intake":
    MIDDLEWARE = [
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
        "throughline.web.middleware.PrivatePages",
        "django.middleware.common.CommonMiddleware",
        # Does nothing here, but allauth refuses to start without it.
        "allauth.account.middleware.AccountMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [PACKAGE / "web" / "templates", PACKAGE / "web"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "throughline.web.jinja.environment",
            "context_processors": ["throughline.web.jinja.one_token"],
        },
    },
    {
        # allauth's own texts only.
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]

# Shows the second factor's code on the sign-in page; core_service must say so too.
DEMONSTRATION = os.environ.get("THROUGHLINE_DEMONSTRATION", "") == "1"

# Behind a proxy that speaks https: Secure cookies with the __Host- prefix.
HTTPS = os.environ.get("THROUGHLINE_HTTPS", "") == "1"
_COOKIE = "__Host-" if HTTPS else ""

# Nobody signs in at the public or intake process, whose roles may read no session: a made-up cookie
# is answered as if there were none.
SESSION_ENGINE = (
    "django.contrib.sessions.backends.signed_cookies"
    if PROCESS in {"public", "intake"}
    else "throughline.web.signin.sessions"
)
SESSION_COOKIE_AGE = 31 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# One host's cookies are shared by all its ports, so each process's have a name of their own.
SESSION_COOKIE_NAME = f"{_COOKIE}session_{PROCESS}"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = f"{_COOKIE}csrf_{PROCESS}"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "throughline.web.errors.csrf_failure"
SECURE_REFERRER_POLICY = "no-referrer" if PROCESS == "public" else "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_ADAPTER = "throughline.web.signin.adapters.AccountAdapter"
# Staff sign in by a name; no page of ours asks for an e-mail address or sends one.
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
# Axes counts failures; allauth's own limit answers 200 and needs a cache that all processes share.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_FORMS = {
    "login": "throughline.web.signin.forms.LoginForm",
    "reauthenticate": "throughline.web.signin.forms.ReauthenticateForm",
}
MFA_ADAPTER = "throughline.web.signin.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp"]
MFA_TOTP_TOLERANCE = 1
# The first set-up comes straight after the password; asking for it again helps nobody.
MFA_REAUTHENTICATION_REQUIRED = False
MFA_TOTP_ISSUER = "Throughline"
MFA_FORMS = {
    "authenticate": "throughline.web.signin.forms.AuthenticateForm",
    "reauthenticate": "throughline.web.signin.forms.CodeAgainForm",
    "activate_totp": "throughline.web.signin.forms.ActivateForm",
}
# By user and address together: a call centre shares one address, and a name alone would lock people out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_CALLABLE = "throughline.web.signin.lockout.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_HANDLER = "throughline.web.signin.journal.JournallingHandler"
# Who signed in when is the journal's to say.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "login", "ip_address", "password", "code"]
