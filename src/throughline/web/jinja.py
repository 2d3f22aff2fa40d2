"""The template environment: strict about what is missing, lax only inside GOV.UK's own macros."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from throughline.web import fields, filters, words
from throughline.web.frame import frame_of

HTMX = {
    "selfRequestsOnly": True,
    "allowEval": False,
    "allowScriptTags": False,
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "includeIndicatorStyles": False,
    "scrollIntoViewOnBoost": False,
    # Focus moves with the new question: what somebody who types fast hits first would go nowhere.
    "defaultSettleDelay": 0,
    # Not style: a strict policy refuses it as an attribute.
    "attributesToSettle": ["class"],
    # A refusal (422) and a lost lease (409) come with words that belong on the page.
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "4(09|22)", "swap": True, "error": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}


class Govuk:
    """GOV.UK Frontend's macros by short name: ``govuk.button({"text": "Save"})``.

    They test keys that a caller left out, which StrictUndefined forbids, so they live in an
    environment of their own; our templates keep the strict one.
    """

    def __init__(self) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.PrefixLoader(
                {"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}
            ),
            undefined=jinja2.ChainableUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return _govuk_macro(self._environment, name)


@cache
def _govuk_macro(environment: jinja2.Environment, name: str) -> Any:
    folder = name.replace("_", "-")
    module = environment.get_template(f"govuk_frontend_jinja/components/{folder}/macro.html").module
    return getattr(module, "govuk" + "".join(part.title() for part in name.split("_")))


@cache
def version_of(path: str) -> str:
    """Return a short hash of a static file, so that a changed file has a new address."""
    from django.contrib.staticfiles import finders

    found = finders.find(path)
    if not found:
        raise FileNotFoundError(
            f"The static file {path} was not found; run script/setup to fetch vendor files."
        )
    digest = hashlib.sha256(Path(str(found)).read_bytes()).digest()
    return base64.urlsafe_b64encode(digest)[:10].decode()


def static(path: str) -> str:
    """Return the address of a static file, with its version."""
    return f"{staticfiles_storage.url(path)}?v={version_of(path)}"


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a named page."""
    if args or kwargs:
        return reverse(name, args=args or None, kwargs=kwargs or None)
    return _plain_url(settings.ROOT_URLCONF, name)


@cache
def _plain_url(pages: str, name: str) -> str:
    return reverse(name, urlconf=pages)


def one_token(request: HttpRequest) -> dict[str, object]:
    """Mask the token of a page's forms once: a page may have ten of them, each with the same secret."""
    return {"csrf_token": SimpleLazyObject(lambda: get_token(request))}


def environment(**options: Any) -> jinja2.Environment:
    """Build the environment that Django's Jinja2 backend uses."""
    options["undefined"] = jinja2.StrictUndefined
    options["autoescape"] = True
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    made = jinja2.Environment(**options)  # noqa: S701  # autoescape is set above
    made.globals.update(
        static=static,
        url=url,
        govuk=Govuk(),
        htmx_config=HTMX,
        service_name=getattr(settings, "SERVICE_NAME", "Throughline"),
        demonstration=bool(getattr(settings, "DEMONSTRATION", False)),
        frame_of=frame_of,
        title_of=words.title,
        rule_of=words.rule,
        test_kind_of=words.test_kind,
        **fields.GLOBALS,
    )
    made.filters.update(filters.FILTERS)
    made.policies["json.dumps_kwargs"] = {"sort_keys": True}
    return made
