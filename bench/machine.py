"""The machine a figure was measured on: a rate without it says nothing."""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

from throughline.server import binaries


def machine() -> dict[str, object]:
    """Return cores, memory, processor, load and versions, and the moment."""
    postgres = subprocess.run(  # noqa: S603 - our own program
        [str(binaries.folder() / "postgres"), "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": psutil.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "processor": _processor(),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": round(psutil.getloadavg()[0], 1),
        "python": platform.python_version(),
        "postgresql": postgres.stdout.split()[-1],
        "django": version("django"),
        "granian": version("granian"),
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
