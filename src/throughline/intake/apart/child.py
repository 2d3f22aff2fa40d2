"""The child process: a packed file on standard input, its text on standard output, one sentence on standard error."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

from throughline.core.logs import kinds_and_places
from throughline.intake.apart import limits
from throughline.intake.apart.archive import contents
from throughline.intake.parsing.layout import FileRefused


def run(file: BinaryIO, *, separator: str) -> int:
    """Write the file's text; return the exit code, with a refusal or a remark on standard error."""
    remarks: list[str] = []
    try:
        for piece in contents(file, separator=separator, remarks=remarks):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    except FileRefused as refused:
        sys.stderr.write(str(refused))
        return limits.REFUSED
    except BrokenPipeError:
        # Whoever asked wanted no more; there is nobody left to write to.
        os._exit(0)
    except MemoryError:
        return 1
    except Exception as error:
        # Its kinds and places alone, for the worker's log: an error's text may quote the file.
        sys.stderr.write("\n".join(kinds_and_places(error)))
        return limits.FAILED
    sys.stderr.write(" ".join(remarks))
    return 0


if __name__ == "__main__":
    limits.take_on()
    sys.exit(run(sys.stdin.buffer, separator=sys.argv[1]))
