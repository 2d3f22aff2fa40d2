"""Data on stdout: a line for a reader, or JSON for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from throughline.cli.exits import say

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def write_json(data: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write one JSON document."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, default=str) + "\n")


def write_lines(lines: Sequence[str]) -> None:
    """Write lines for a reader."""
    sys.stdout.writelines(line + "\n" for line in lines)


def answer(data: Mapping[str, Any], sentence: str, *, as_json: bool) -> None:
    """Say what was done: a sentence for a reader, or its facts as JSON for a program."""
    if as_json:
        write_json(data)
    else:
        say(sentence)
