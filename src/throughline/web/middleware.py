"""Headers that keep pages private: nothing is stored by browsers or proxies, nothing is offered to them."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# A page needs none of these; naming them keeps a stray script from asking.
REFUSED = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), browsing-topics=()"


class PrivatePages:
    """Adds the headers to every page; static files are answered before this runs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Permissions-Policy"] = REFUSED
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response
