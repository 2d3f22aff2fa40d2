"""Runs one target under the fuzzer: `script/fuzz hl7 --seconds 60`.

What it learns stays in var/fuzz/NAME and is where the next run begins; bytes that broke something are kept in
var/fuzz/NAME-found, and `--again FILE` runs them once more by themselves.
"""

from __future__ import annotations

import argparse
import sys
from hashlib import sha256
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["throughline"]):
    from tests.fuzz.targets import TARGETS, Target

ROOT = Path(__file__).parents[2] / "var" / "fuzz"
SLOWEST_SECONDS = 5
MOST_MEGABYTES = 1024
LONGEST = 64 * 1024


def main() -> None:
    """Read the command line, and run."""
    asked = argparse.ArgumentParser(prog="script/fuzz", description=__doc__)
    asked.add_argument("format", choices=sorted(TARGETS))
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--again", type=Path, help="a file that broke something")
    said = asked.parse_args()
    target = TARGETS[said.format]
    if said.again:
        target.check(said.again.read_bytes())
        return
    known, found = ROOT / said.format, ROOT / f"{said.format}-found"
    for folder in (known, found):
        folder.mkdir(parents=True, exist_ok=True)
    words = ROOT / f"{said.format}.words"
    _write(target, known, words)
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={said.seconds}",
            f"-timeout={SLOWEST_SECONDS}",
            f"-rss_limit_mb={MOST_MEGABYTES}",
            f"-max_len={LONGEST}",
            f"-artifact_prefix={found}/",
            f"-dict={words}",
            str(known),
        ],
        target.check,
    )
    atheris.Fuzz()


def _write(target: Target, known: Path, words: Path) -> None:
    for seed in target.seeds():
        (known / sha256(seed).hexdigest()[:40]).write_bytes(seed)
    words.write_text("".join(f'"{_quoted(word)}"\n' for word in target.words))


def _quoted(word: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word)


if __name__ == "__main__":
    main()
