"""Processes that outlived a killed supervisor: found by the mark it put in their environment."""

from __future__ import annotations

import os

import psutil

from throughline.server.home import Home

MARK = "THROUGHLINE_SUPERVISED"
GRACE_SECONDS = 5.0


def end(home: Home) -> int:
    """End whatever a former supervisor of this home left running; return how many there were."""
    found = _marked(home)
    for process in found:
        _signal(process, gently=True)
    _, stubborn = psutil.wait_procs(found, timeout=GRACE_SECONDS)
    for process in stubborn:
        _signal(process, gently=False)
    psutil.wait_procs(stubborn, timeout=GRACE_SECONDS)
    return len(found)


def _marked(home: Home) -> list[psutil.Process]:
    # The mark rather than a recorded number: after a crash a number may be a stranger's.
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get(MARK) == str(home.folder):
                found.append(process)
        except psutil.Error:
            continue  # someone else's, or just gone
    return found


def _signal(process: psutil.Process, *, gently: bool) -> None:
    try:
        if gently:
            process.terminate()
        else:
            process.kill()
    except psutil.NoSuchProcess:
        return
