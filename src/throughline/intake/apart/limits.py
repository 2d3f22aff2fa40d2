"""What a file may cost to open (guide: security, files and messages). No figure that a file gives is believed."""

from __future__ import annotations

import resource

MEMORY = 512 * 1024 * 1024
SECONDS = 20
UNPACKED = 1024 * 1024 * 1024
"""Bytes of all that is read of one file. A full sheet of ten columns has some six hundred million."""

RATIO = 100
"""How many times larger than its compressed bytes a member may be."""

MEMBERS = 2000
REFUSED = 3
"""The exit code of a child that says why."""

FAILED = 4
"""Of one in which our own code failed, and which says where; any other but 0 is a limit that it met."""

TOO_MUCH = (
    "The file needs more than 512 MB of memory or 20 seconds to be opened, or is broken in a way that stops "
    "whatever opens it: save it as CSV, which may have any size, and send that."
)

OUR_FAULT = (
    "The service itself failed at opening the file, which is no fault of the sender's: the file is kept, and whoever "
    "runs the service must look at it; the same list as CSV can be sent meanwhile."
)


def take_on() -> None:
    """Let this process have no more than this, from now on."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # Nothing is written but to the pipe, and a short sentence.
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
