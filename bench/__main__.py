"""`script/bench`: measure, show a table on stderr, write JSON; with --docs, the page of the documentation too.

script/bench [intake|hl7|fhir|claims|pages|matching|figures|all] [--small] [--json FILE] [--docs]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.figures import Figure, as_markdown, as_text, figure, take
from bench.machine import machine

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "docs" / "reference" / "benchmarks.md"

# England's weekly totals, which the event tables of `figures` are written from.
TOTALS = (
    Path(os.environ.get("THROUGHLINE_SHARED_DATA", PROJECT.parent / "shared" / "data"))
    / "england-weekly-totals-2020-05-28-52-weeks.csv"
)

FULL, SMALL = 1_000_000, 20_000

# Each in a process of its own: one process has one login, and its memory is its own.
COMMANDS = {
    "intake": lambda many, small: ["bench.intake", "--rows", str(many)],
    "fhir": lambda many, small: ["bench.fhir", "--seconds", "5" if small else "30"],
    "claims": lambda many, small: [
        *("bench.claims", "--items", str(many), "--seconds", "4" if small else "15"),
    ],
    "pages": lambda many, small: [
        *("bench.pages", "--persons", str(many), "--seconds", "6" if small else "30"),
    ],
    "matching": lambda many, small: ["bench.matching", "--persons", str(many)],
    "hl7": lambda many, small: [
        *("bench.hl7", "--messages", str(many // 20), "--seconds", "12" if small else "600"),
        *("--rate", "200" if small else "500"),
    ],
    "figures": lambda many, small: [
        *("bench.measures", "--from", str(TOTALS), "--size", "0.02" if small else "1"),
    ],
}


def measure(name: str, *, small: bool) -> list[Figure]:
    """Run one measurement and return its figures."""
    module, *rest = COMMANDS[name](SMALL if small else FULL, small)
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", module, *rest],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{name} could not be measured; what went wrong is above.")
    return _claims(json.loads(done.stdout)) if name == "claims" else take(done.stdout)


def _claims(told: dict[str, object]) -> list[Figure]:
    shown = {"what", "ours", "bare", "aim", "met", "ratio"}
    return [
        Figure(
            bench="claims",
            what=str(told["what"]),
            ours=float(str(told["ours"])),
            unit="/s",
            limit=float(str(told["bare"])),
            limit_is="bare SKIP LOCKED loop",
            aim=f"ratio ≥ {told['aim']}",
            met=bool(told["met"]),
            more={key: value for key, value in told.items() if key not in shown},
        )
    ]


def page(whole: dict[str, Any]) -> str:
    """Return the page of the documentation."""
    on, small = whole["machine"], whole["small"]
    figures = [figure(one) for one in whole["figures"]]
    runs = "\n".join(
        f"- {one['what']}: {one['at']}, load before {one['load_before']}" for one in whole["runs"]
    )
    size = "--small, so these figures show that it runs and nothing more" if small else "full size"
    return f"""# Benchmarks

Written by `script/bench --docs` ({size}). Each figure stands beside its limit in the same run, on the same
machine and server, with the service's own settings: every commit is on disk before it is answered.

{as_markdown(figures)}

Measured on {on["cores"]} cores ({on["processor"]}) with {on["memory_gib"]} GiB, {on["system"]},
PostgreSQL {on["postgresql"]}, Python {on["python"]}, Django {on["django"]}, Granian {on["granian"]}. Database,
service and clients shared the machine. When, and how many others wanted a processor before:

{runs}

What each was:

- **Rows**: a laboratory's CSV file all the way: bytes stored, rows read, persons and households matched,
  episodes and cases opened, work items offered, the journal written. Beside it the same rows by a bare `COPY`
  into one table without an index. Memory is the peak of the process that reads.
- **HL7**: ORU^R01 messages of about 1 KB. On one core from bytes to the rows that a CSV file would have, beside a bare split
  of the same bytes. Over MLLP with TLS, 16 connections of 8 laboratories at a steady rate, each answer timed from when its
  message was due, the worker reading meanwhile; beside it as many connections that insert the same bytes bare. The persons
  are as varied as those of the rows, each new.
- **FHIR results**: one Observation a message over HTTP, each answered when it is stored and committed. Beside it the
  same bytes inserted bare, one commit a message, by as many connections.
- **Claims**: handlers who each take the conversation wanted most: role, reach, allowance, lease, journal,
  commit. Beside it the same number of connections in a loop of `UPDATE … FOR UPDATE SKIP LOCKED`.
- **Figures**: event tables of England's 91 weeks (weeks 53 to 91 scaled from the first 39), in Parquet, a part for
  each week; what looking at each table the first time costs, then all measures of one week by region, and every count
  and rate of all weeks. Beside a measure of each shape: the same answer written by hand in DuckDB on the same files,
  and one in pandas, which reads them as they are or looks at hash and keys first, as is done here.
- **Matching**: persons of the rehearsal whose truth is known, with second records that went wrong in one or two of
  nine ways; precision and recall of the live match and of the nightly comparison, and the time of each.
- **Console page**: each request finds its session, takes on the role and the household of the lease, notes the
  step with its journal entry and draws the whole conversation. What policies cost is the same page with
  row-level security taken off its tables, in turns.

What each measurement saw beside its figure:

```json
{json.dumps({one.what: one.more for one in figures}, indent=2, ensure_ascii=False)}
```
"""


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=[*COMMANDS, "all"])
    parser.add_argument("--small", action="store_true", help="a fiftieth of the size, for a look")
    parser.add_argument("--json", type=Path, help="write the figures here instead of to stdout")
    parser.add_argument("--docs", action="store_true", help=f"write {PAGE.relative_to(PROJECT)}")
    parser.add_argument("--read", type=Path, action="append", help="figures measured before")
    given = parser.parse_args()
    whole = _read(given.read) if given.read else _measured(given.what, small=given.small)
    figures = [figure(one) for one in whole["figures"]]
    sys.stderr.write(as_text(figures) + "\n")
    text = json.dumps(whole, indent=2) + "\n"
    if given.json:
        given.json.write_text(text)
    else:
        sys.stdout.write(text)
    if given.docs:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(whole))
        sys.stderr.write(f"Written: {PAGE.relative_to(PROJECT)}\n")


def _measured(what: str, *, small: bool) -> dict[str, Any]:
    on = machine()
    figures: list[Figure] = []
    for name in COMMANDS if what == "all" else (what,):
        began = time.monotonic()
        sys.stderr.write(f"Measuring {name} ...\n")
        figures += measure(name, small=small)
        sys.stderr.write(f"  took {time.monotonic() - began:.0f} s\n")
    run = {"what": what, "at": on["at"], "load_before": on["load_before"]}
    told = [one.as_json() for one in figures]
    return {"machine": on, "small": small, "runs": [run], "figures": told}


def _read(files: list[Path]) -> dict[str, Any]:
    """Put figures together that were measured on the same machine; the first file names it."""
    told = [json.loads(file.read_text()) for file in files]
    return {
        "machine": told[0]["machine"],
        "small": any(one["small"] for one in told),
        "runs": [run for one in told for run in one["runs"]],
        "figures": [figure for one in told for figure in one["figures"]],
    }


if __name__ == "__main__":
    main()
