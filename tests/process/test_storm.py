"""kill -9 of database, web and worker at random moments under load; afterwards every invariant holds.

Small on every run; `THROUGHLINE_STORM=20 pytest -m storm tests/process/test_storm.py` for as many kills as named.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.invariants import Acknowledged, Done, all_complaints
from tests.process.storming import asking, kill, lines, log, run

from throughline.server import logins

DRAIN_SECONDS = 120.0
NOTES = ("sent.jsonl", "handled.jsonl")


@pytest.mark.process
def test_nothing_is_lost_or_done_twice_when_each_part_is_killed_under_load(service) -> None:
    storm(service, kills=3, pause=(2.0, 5.0), seed=random.SystemRandom().randrange(10_000))


@pytest.mark.storm
@pytest.mark.process
def test_nothing_is_lost_or_done_twice_in_a_long_storm(service) -> None:
    storm(
        service,
        kills=int(os.environ.get("THROUGHLINE_STORM", "20")),
        pause=(2.0, 12.0),
        seed=random.SystemRandom().randrange(10_000),
    )


@pytest.mark.storm
@pytest.mark.process
def test_the_storm_finds_what_asynchronous_commit_loses(service) -> None:
    # Whichever was told last before a kill: a message to its sender, or an act to its handler.
    lost = "was acknowledged and is not stored|was confirmed and is not there"
    with pytest.raises(AssertionError, match=lost):
        storm(service, kills=5, pause=(3.0, 6.0), seed=5, parts=("database",), before=_commit_later)


def _commit_later(service) -> None:
    with logins.connect_as_superuser(service.home, service.home.deployment) as connection:
        for process in ("intake", "desk", "worker"):
            login = service.home.login(process)
            connection.execute(f"alter role {login} set synchronous_commit = off")


def storm(
    service,
    *,
    kills: int,
    pause: tuple[float, float],
    seed: int,
    parts: tuple[str, ...] = ("database", "worker", "desk"),
    before: Callable[..., None] = lambda _: None,
) -> None:
    sys.stdout.write(f"The storm's seed is {seed}.\n")
    draw = random.Random(seed)  # noqa: S311 - no secret
    service.start()
    assert run(service, "load", "found").wait() == 0, log(service)
    before(service)
    victims = list(parts) * (kills // len(parts) + 1)
    draw.shuffle(victims)
    with _load(service, seed) as folder:
        # The first kill meets work under way.
        service.eventually(lambda: _has_begun(folder), 60)
        for victim in victims[:kills]:
            time.sleep(draw.uniform(*pause))
            kill(service, victim)
        time.sleep(pause[0])
    _drained(service)
    sent = [Acknowledged(**one) for one in lines(folder / "sent.jsonl")]
    history = [Done(**one) for one in lines(folder / "handled.jsonl")]
    ended = sum(one.what == "ended" for one in history)
    sys.stdout.write(f"{len(sent)} messages acknowledged, {ended} conversations ended.\n")
    assert len(sent) > kills, "the storm met no messages"
    assert ended > kills, "the storm met no conversations"
    with asking(service) as ask:
        complaints = all_complaints(ask, at=datetime.now(UTC), acknowledged=sent, history=history)
    assert complaints == [], "\n".join([f"seed {seed}", *complaints])
    assert service.stop() == 0


@contextmanager
def _load(service, seed: int) -> Iterator[Path]:
    """Have a sender and the handlers at work; let each finish what it is doing at the end."""
    folder = service.home.folder / "load"
    folder.mkdir()
    started = [run(service, "load", what, str(folder), str(seed)) for what in ("send", "handle")]
    try:
        yield folder
        assert [one.poll() for one in started] == [None, None], log(service)
        (folder / "stop").touch()
        assert [one.wait(90) for one in started] == [0, 0], log(service)
    finally:
        for one in started:
            one.kill()
            one.wait()


def _drained(service) -> None:
    """Wait until nothing is under way any more; what never ends is found by the checks."""
    deadline = time.monotonic() + DRAIN_SECONDS
    under_way = """select (select count(*) from intake_message where state in ('stored', 'parsing'))
        + (select count(*) from calling_work_item where state = 'leased')
        + (select count(*) from calling_attempt where ended_at is null)"""
    while time.monotonic() < deadline:
        with asking(service) as ask:
            if ask(under_way) == [(0,)]:
                return
        time.sleep(0.5)


def _has_begun(folder: Path) -> bool:
    return all((folder / name).exists() and lines(folder / name) for name in NOTES)
