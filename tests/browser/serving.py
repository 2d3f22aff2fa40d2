"""The service in the test's own transaction, at an address that a browser can open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import BrowserContext

from throughline.web.tests.access.scene import signed_in
from throughline.workforce.models import User

ALONE = Lock()
"""Held by whoever is in the test's one transaction: a request, or the test while a page may ask by itself."""


class _Server(ThreadedWSGIServer):
    def _close_connections(self) -> None:
        """Leave the connection as it is: it is the test's, with its transaction."""


@contextmanager
def serving() -> Iterator[str]:
    """Serve what the settings name now, and yield the address."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    server = _Server(
        ("127.0.0.1", 0),
        QuietWSGIRequestHandler,
        connections_override={"default": connection},
    )
    server.set_app(_one_at_a_time(WSGIHandler()))
    thread = Thread(target=server.serve_forever)
    # A connection in the middle of a test's transaction looks to Django like one that was left so.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        connection.dec_thread_sharing()


def _one_at_a_time(service: WSGIHandler) -> Callable[..., Any]:
    """Let no two requests meet in the one transaction."""

    def answer(environ: Any, start_response: Any) -> Any:
        with ALONE:
            return service(environ, start_response)

    return answer


def sign_in(machine: BrowserContext, address: str, user: User | None) -> None:
    """Let this person, and no other, be signed in at a machine; nobody, where there is no person."""
    machine.clear_cookies()
    if user is not None:
        name = settings.SESSION_COOKIE_NAME
        session = signed_in(user).cookies[name].value
        machine.add_cookies([{"name": name, "value": session, "url": address}])
