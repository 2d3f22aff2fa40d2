"""The machines of several laboratories: each sends files to the door in every way in which a network lets it.

    python -m tests.process.machines PORT NOTES MESSAGES SEED KEY…

What became of each file is written down, one JSON line each, only once it is known: `kept` (answered 2xx), `cut`
(never sent whole), `unheard` (sent whole, the answer not waited for), `conflict` (answered 409). Whatever is not answered is
sent again, as laboratories do.
"""

from __future__ import annotations

import base64
import hashlib
import sys
import time
from pathlib import Path
from random import Random
from threading import Thread

from tests.process.callers import Answer, Caller, head, request, results
from tests.process.load import Notes

SECONDS = 90.0
TOGETHER = 2
"""Connections of one laboratory at the same time."""


class Machine:
    """One of a laboratory's machines."""

    def __init__(self, port: int, notes: Notes, key: str, number: int, seed: int) -> None:
        self.port, self.notes, self.key, self.number = port, notes, key, number
        self.draw = Random(seed)  # noqa: S311 - no secret

    def run(self, messages: int) -> None:
        ways = (
            self.whole, self.twice, self.pair, self.dripped, self.chunked, self.contradicted, self.cut,
            self.half, self.half_chunked, self.unheard,
        )  # fmt: skip
        for n in range(messages):
            # Each way at least once, whatever is drawn.
            way = ways[n] if n < len(ways) else self.draw.choice(ways)
            way(f"{self.number}-{n}")

    def whole(self, own: str) -> None:
        self._kept(own, self._until_answered(own, request(self.key, results(own), own_id=own)))

    def twice(self, own: str) -> None:
        data = request(self.key, results(own), own_id=own)
        first, again = self._until_answered(own, data), self._until_answered(own, data)
        assert first.headers["location"] == again.headers["location"], own
        assert again.status == 200, own
        self._kept(own, first)

    def pair(self, own: str) -> None:
        """Two requests in one packet."""
        pair = [f"{own}-a", f"{own}-b"]
        data = [request(self.key, results(one), own_id=one) for one in pair]
        with Caller(self.port) as caller:
            caller.write(b"".join(data))
            answers = [caller.answer() for _ in pair]
        for one, again, answer in zip(pair, data, answers, strict=True):
            found = answer if answer.is_good else self._until_answered(one, again)
            self._kept(one, found)

    def dripped(self, own: str) -> None:
        """Head and body, a few bytes at a time."""
        data = request(self.key, results(own), own_id=own)
        with Caller(self.port) as caller:
            try:
                for at in range(0, len(data), 60):
                    caller.write(data[at : at + 60])
                    time.sleep(0.003)
            except ConnectionError:
                pass  # the door has answered before it had all of it
            answer = caller.answer()
        self._kept(own, answer if answer.is_good else self._until_answered(own, data))

    def chunked(self, own: str) -> None:
        body = results(own)
        data = self._chunked_head(own, body) + _chunk(body[:50]) + _chunk(body[50:]) + _chunk(b"")
        self._kept(own, self._until_answered(own, data))

    def contradicted(self, own: str) -> None:
        """The same id with other content."""
        self.whole(own)
        other = results(f"{own} otherwise")
        self._until_answered(own, request(self.key, other, own_id=own), wanted=409)
        self._note("conflict", own, other)

    def cut(self, own: str) -> None:
        """The connection ends within the request."""
        data = request(self.key, results(own), own_id=own)
        with Caller(self.port) as caller:
            caller.write(data[: self.draw.randrange(1, len(data))])
        self._note("cut", own, results(own))

    def half(self, own: str) -> None:
        self._refused(own, request(self.key, results(own), own_id=own)[:-20])

    def half_chunked(self, own: str) -> None:
        body = results(own)
        self._refused(own, self._chunked_head(own, body) + _chunk(body[:-20]))

    def unheard(self, own: str) -> None:
        with Caller(self.port) as caller:
            caller.write(request(self.key, results(own), own_id=own))
        self._note("unheard", own, results(own))

    def _refused(self, own: str, half: bytes) -> None:
        """Say that nothing more comes, and hear that nothing is kept."""
        with Caller(self.port) as caller:
            caller.write(half)
            caller.end()
            status = caller.answer().status
        assert status in (0, 400, 408, 503), (own, status)
        self._note("cut", own, results(own))

    def _chunked_head(self, own: str, body: bytes) -> bytes:
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        return head(self.key, own_id=own, more=f"Content-Digest: sha-256=:{digest}:\r\n")

    def _until_answered(self, own: str, data: bytes, *, wanted: int = 0) -> Answer:
        until = time.monotonic() + SECONDS
        while True:
            with Caller(self.port) as caller:
                found = caller.said(data)
            if found.status == wanted or (found.is_good and not wanted):
                return found
            assert found.status in (0, 503), (own, found)
            assert time.monotonic() < until, own
            time.sleep(0.1)

    def _kept(self, own: str, answer: Answer) -> None:
        self._note("kept", own, results(own), ref=answer.headers["location"].rsplit("/", 1)[1])

    def _note(self, what: str, own: str, body: bytes, **more: str) -> None:
        sha256 = hashlib.sha256(body).hexdigest()
        self.notes.add(what=what, own=own, sha256=sha256, **more)


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def main() -> None:
    """Be all machines until each has sent its files."""
    port, notes, messages, seed, *keys = sys.argv[1:]
    written = Notes(Path(notes))
    failed: list[BaseException] = []

    def run(number: int, key: str) -> None:
        try:
            machine = Machine(int(port), written, key, number, int(seed) + number)
            machine.run(int(messages))
        except BaseException as error:
            failed.append(error)
            raise

    several = [key for key in keys for _ in range(TOGETHER)]
    threads = [Thread(target=run, args=one) for one in enumerate(several)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
