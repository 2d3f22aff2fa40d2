"""A laboratory's side of MLLP: connections with TLS or without, and results to send."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

START, END = b"\x0b", b"\x1c\x0d"


def result(
    number: int | str, *, lab: str = "north-lab", found: str = "260373001", kind: str = "ORU^R01"
) -> bytes:
    """A positive of its own person."""
    return (
        f"MSH|^~\\&|app|{lab}|||20201002120000+0100||{kind}|m{number}|P|2.5.1||||||UNICODE UTF-8\r"
        f"PID|1||p{number}^^^{lab}^PI||Family{number}^Given||19500102|F\r"
        f"OBR|1||F{number}|94500-6|||202010010900+0100\r"
        f"OBX|1|CWE|94500-6^RNA^LN||{found}^x^SCT||||||F|||202010010900+0100\r"
    ).encode()


class Laboratory:
    """One connection."""

    def __init__(
        self, port: int, *, trust: Path | None, certificate: tuple[Path, Path] | None = None
    ) -> None:
        raw = socket.create_connection(("127.0.0.1", port), timeout=20)
        if trust is None:
            self.socket = raw
            return
        context = ssl.create_default_context(cafile=str(trust))
        if certificate:
            context.load_cert_chain(*certificate)
        self.socket = context.wrap_socket(raw, server_hostname="localhost")

    def __enter__(self) -> Laboratory:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def write(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> bytes:
        """The next answer without its frame; nothing where the door closed the connection instead."""
        found = b""
        while not found.endswith(END):
            try:
                piece = self.socket.recv(1)
            except (ConnectionError, ssl.SSLError):
                return b""
            if not piece:
                return b""
            found += piece
        assert found.startswith(START)
        return found[1 : -len(END)]

    def send(self, message: bytes) -> bytes:
        self.write(START + message + END)
        return self.answer()

    def said(self, message: bytes) -> str:
        """The code of the answer."""
        return code_of(self.send(message))


def code_of(answer: bytes) -> str:
    return answer.split(b"\rMSA|")[1].split(b"|")[0].decode() if answer else ""
