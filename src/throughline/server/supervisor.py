"""The whole service under one process: database first, then the parts, all stopped together."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping

from throughline.server import leftovers, locks, postgres
from throughline.server.errors import AlreadyRunningError, DownError
from throughline.server.home import Home, is_embedded
from throughline.server.keeper import Keeper, Pause
from throughline.server.parts import CLI, Part, environment
from throughline.server.progress import progress, say

WATCH_SECONDS = 0.1
READY_SECONDS = 60.0


class StopRequestedError(Exception):
    """Ctrl-C or SIGTERM came while something was being started."""


class Supervisor:
    """Runs the parts of one home until told to stop."""

    def __init__(
        self, home: Home, *, parts: tuple[Part, ...], steps: Mapping[str, str] | None = None
    ) -> None:
        """Take what is to be kept running. `steps`: the command of each thing to be done before, by its title."""
        self.home = home
        self.steps = dict(steps or {})
        self.keepers = [
            Keeper(part=part, log=home.logs / f"{part.name}.log", say=say) for part in parts
        ]
        self.database: subprocess.Popen[bytes] | None = None
        self.pause = Pause()
        self.stopping = False

    def run(self, *, on_ready: Callable[[], None]) -> None:
        """Start everything, keep it running, and stop it in order on SIGINT or SIGTERM."""
        with locks.if_free(self.home.run / "server.lock") as free:
            if not free:
                raise AlreadyRunningError(
                    f"A server of {self.home.folder} runs already; stop it first, or set "
                    "THROUGHLINE_HOME and THROUGHLINE_PORT_BASE for a second one."
                )
            self._listen_for_stop()
            with locks.shared(postgres.users_lock(self.home)):
                try:
                    self._start()
                    on_ready()
                    while not self.stopping:
                        self._watch()
                        time.sleep(WATCH_SECONDS)
                except StopRequestedError:
                    say("Stopping before everything had started.")
                finally:
                    self._stop()

    def _start(self) -> None:
        if ended := leftovers.end(self.home):
            say(f"Ended {ended} processes that a killed server had left.")
        self._refuse_taken_ports()
        if is_embedded():
            with progress("Starting the database"):
                self.database = postgres.start(self.home, supervised=True)
                postgres.keep(self.home)
        for title, command in self.steps.items():
            self._run_step(title, command)
        with progress("Starting the processes"):
            for keeper in self.keepers:
                keeper.start()
            self._wait_until_ready()

    def _watch(self) -> None:
        if is_embedded() and not self._database_runs():
            self._restart_database()
        for keeper in self.keepers:
            keeper.watch()

    def _database_runs(self) -> bool:
        if self.database is not None:
            return self.database.poll() is None
        # Started before us by a command, so not a child of ours.
        return postgres.status(self.home) is not None

    def _restart_database(self) -> None:
        now = time.monotonic()
        if now < self.pause.until:
            return
        say("The database ended; starting it again.")
        self.pause.begin(now=now)
        try:
            self.database = postgres.start(self.home, supervised=True)
            self.pause.started = time.monotonic()
        except DownError as error:
            say(str(error))

    def _run_step(self, title: str, command: str) -> None:
        """Run a start-up command to its end; a supervisor told to stop ends it."""
        keeper = Keeper(
            part=Part(
                name=command,
                command=(*CLI, *command.split()),
                environment=environment(self.home, "prepare"),
            ),
            log=self.home.logs / "start.log",
            say=say,
        )
        with progress(title) as step:
            keeper.start()
            while keeper.process is not None and keeper.process.poll() is None:
                if self.stopping:
                    keeper.stop()
                    raise StopRequestedError
                step.is_at(keeper.last_line())
                time.sleep(WATCH_SECONDS)
        if keeper.process is not None and keeper.process.returncode:
            raise DownError(f"`throughline {command}` failed.\n{keeper.last_words()}")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        waiting = [keeper for keeper in self.keepers if keeper.part.port is not None]
        while waiting:
            if self.stopping:
                raise StopRequestedError
            if time.monotonic() > deadline:
                names = ", ".join(keeper.part.name for keeper in waiting)
                raise DownError(
                    f"These did not start in {READY_SECONDS:.0f} s: {names}.\n{waiting[0].last_words()}"
                )
            for keeper in waiting:
                keeper.watch()
            waiting = [keeper for keeper in waiting if not _answers(keeper.part.port)]
            time.sleep(WATCH_SECONDS)

    def _refuse_taken_ports(self) -> None:
        for keeper in self.keepers:
            if keeper.part.port is not None and _answers(keeper.part.port):
                raise DownError(
                    f"Port {keeper.part.port} is taken by another program; stop it, or set "
                    "THROUGHLINE_PORT_BASE to another number."
                )

    def _stop(self) -> None:
        with progress("Stopping"):
            web = [keeper for keeper in self.keepers if keeper.part.port is not None]
            rest = [keeper for keeper in self.keepers if keeper.part.port is None]
            for group in (web, rest):
                for keeper in group:
                    keeper.ask_to_stop()
                for keeper in group:
                    keeper.stop()
            if is_embedded():
                postgres.stop(self.home)
                if self.database is not None:
                    self.database.wait()

    def _listen_for_stop(self) -> None:
        def note(_number: int, _frame: object) -> None:
            self.stopping = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, note)


def _answers(port: int | None) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
