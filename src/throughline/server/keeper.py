"""One child process kept alive: started, watched, restarted after a growing pause, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from throughline.server.children import dies_with_parent
from throughline.server.parts import Part

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 30.0
# Alive this long, a process has recovered, and its next death is a first one.
STEADY_SECONDS = 60.0
STOP_SECONDS = 10.0

LAST_LINES = 15


@dataclass(kw_only=True)
class Pause:
    """How long to wait before the next restart."""

    seconds: float = FIRST_PAUSE
    until: float = 0.0
    started: float = 0.0

    def begin(self, *, now: float) -> None:
        """Note a death, and wait twice as long as after the one before."""
        if now - self.started > STEADY_SECONDS:
            self.seconds = FIRST_PAUSE
        self.until = now + self.seconds
        self.seconds = min(self.seconds * 2, LONGEST_PAUSE)


@dataclass(kw_only=True)
class Keeper:
    """Keeps one part running."""

    part: Part
    log: Path
    say: Callable[[str], None]
    process: subprocess.Popen[bytes] | None = None
    pause: Pause = field(default_factory=Pause)
    begins: int = 0

    def start(self) -> None:
        """Start the process, in a session of its own, so that Ctrl-C reaches the supervisor alone."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.begins = log.tell()
            self.process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                self.part.command,
                env=self.part.environment_at_start(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM),
            )
        self.pause.started = time.monotonic()

    def watch(self) -> None:
        """Restart the process if it died and its pause is over."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            ended = self.process.returncode
            self._sweep()
            self.process = None
            self.pause.begin(now=now)
            self.say(f"{self.part.name} ended ({ended}); starting it again. Its log: {self.log}")
        if self.process is None and now >= self.pause.until:
            self.start()

    def ask_to_stop(self) -> None:
        """Ask the process to finish what it does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        """Wait for the process to end, and end it if it does not."""
        self.ask_to_stop()
        if self.process is None:
            return
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.say(f"{self.part.name} did not stop in {STOP_SECONDS:.0f} s and was killed.")
        self._sweep()
        self.process.wait()
        self.process = None

    def last_words(self) -> str:
        """Return the end of the process's log."""
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join([f"The end of {self.log}:", *lines])

    def last_line(self) -> str:
        """Return the last whole line that the process has written since it was started."""
        with self.log.open("rb") as log:
            log.seek(self.begins)
            said = log.read().decode(errors="replace")
        return "".join(said.rpartition("\n")[0].splitlines()[-1:])

    def _sweep(self) -> None:
        """Kill what is left of the process's session, such as the workers of a killed server."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return  # nothing left (macOS says "not permitted" of one that has just ended)
