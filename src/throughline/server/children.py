"""Starting child processes so that none outlives its starter."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def dies_with_parent(with_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs first, so that the kernel signals it when its starter dies.

    Only Linux has this; elsewhere the next start ends what was left (see leftovers.py).
    """
    if sys.platform != "linux":
        return None
    # Loaded before the fork: the child may do next to nothing safely.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def before_exec() -> None:
        prctl(PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)  # the parent died in between, and no signal will come

    return before_exec
