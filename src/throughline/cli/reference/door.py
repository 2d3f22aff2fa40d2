"""What senders' machines may ask of the door, and the paths by which a mapping reads FHIR."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.cli.reference.pages import table
from throughline.intake.parsing.fhir import document, paths
from throughline.intake.rules import keys, rate
from throughline.web.door.operations import OPERATIONS


def lines() -> Iterator[str]:
    """Yield the addresses with their answers, the limits, and the table of paths."""
    yield "The same as a document for programs is at `/openapi.json`, and in FHIR's words at `/fhir/metadata`. Every"
    yield "request shows its sender's key: `Authorization: Bearer KEY`."
    yield ""
    for one in OPERATIONS:
        address = one.address.replace("<uuid:ref>", "REF")
        yield f"## {one.method} {address}"
        yield ""
        yield f"{one.summary}."
        if one.takes:
            yield f"Takes {', '.join(f'`{media}`' for media in one.takes)}; `Idempotency-Key` is your own id of the message."
        yield ""
        yield from table(
            ("status", "means"),
            [(str(status), words) for status, words in sorted(one.answers.items())],
        )
    yield "## Limits"
    yield ""
    yield from table(
        ("what", "at most"),
        [
            ("bytes of a FHIR message", f"{document.MOST_BYTES:,}"),
            ("resources in it", f"{document.MOST_RESOURCES:,}"),
            ("objects and lists in it", f"{document.MOST_PARTS:,}"),
            ("objects and lists within one another", str(document.DEEPEST)),
            ("bytes of a file sent to `/messages`", "as many as the database's disk holds"),
            (
                "requests a minute with one key",
                f"{keys.PER_MINUTE:,}, unless it was made for another number",
            ),
            ("at once, of these", f"{rate.BURST_SECONDS} seconds' worth"),
            ("valid keys of one sender", str(keys.MOST_VALID)),
        ],
    )
    yield "## Paths into a FHIR message"
    yield ""
    yield from (paths.__doc__ or "").strip().splitlines()
