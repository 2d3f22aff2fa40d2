"""A laboratory's side of HTTP, byte by byte, for what no client library would send."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from typing import Any

SECONDS = 40.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the door said. `status` is 0 where it closed the connection instead."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


CLOSED = Answer(status=0)


def head(key: str, *, length: int | None = None, own_id: str = "", more: str = "") -> bytes:
    """The head of a CSV file; chunked without a length."""
    size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
    named = f"Idempotency-Key: {own_id}\r\n" if own_id else ""
    return (
        f"POST /messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: text/csv\r\n{named}{more}{size}\r\n\r\n"
    ).encode()


def request(key: str, body: bytes, *, own_id: str = "") -> bytes:
    """A whole request."""
    return head(key, length=len(body), own_id=own_id) + body


def results(number: int | str) -> bytes:
    """A file with one positive of its own person."""
    return (
        "report_id,reported_at,taken_at,disease,result,given_name,family_name,birth_date\n"
        f"r{number},2020-10-02T09:00:00Z,2020-10-01T09:00:00Z,covid,positive,Given,Family{number},1950-01-02\n"
    ).encode()


class Caller:
    """One connection to the door."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        self.held = b""

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def write(self, data: bytes) -> None:
        self.socket.sendall(data)

    def end(self) -> None:
        """Say that nothing more is sent, and go on listening."""
        self.socket.shutdown(socket.SHUT_WR)

    def said(self, data: bytes) -> Answer:
        """The answer to a whole request."""
        self.write(data)
        return self.answer()

    def answer(self) -> Answer:
        """The next answer."""
        try:
            while b"\r\n\r\n" not in self.held:
                self._hear()
            top, _, self.held = self.held.partition(b"\r\n\r\n")
            first, *rest = top.decode().split("\r\n")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (one.partition(":") for one in rest)
            }
            length = int(headers.get("content-length", "0"))
            while len(self.held) < length:
                self._hear()
        except ConnectionError:
            return CLOSED
        body, self.held = self.held[:length], self.held[length:]
        return Answer(status=int(first.split()[1]), headers=headers, body=body)

    def _hear(self) -> None:
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionResetError
        self.held += piece
