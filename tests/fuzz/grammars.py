"""Messages as a laboratory might send them, well or badly made: by each format's grammar, and then changed at random.

Knows no database: what is drawn here is bytes and by which door they come.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from typing import Any, Literal

from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS
from throughline.intake.apart.tests.shelf import cell, sheet_xml, workbook, zipped
from throughline.intake.tests import fhir as resources
from throughline.intake.tests.world import COLUMNS, row

Door = Literal["mllp", "fhir", "hl7", "csv", "xlsx"]
"""Over MLLP, to /fhir, or to /messages as a file of that format."""

SENDER = "lab"


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What comes once. `id`: the message's own id, where it comes with a request."""

    door: Door
    data: bytes
    id: str | None = None


ODD = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
"""Any characters at all, among them null, line ends, quotes, marks of direction and those that separate."""


def _or_odd(*usual: str) -> st.SearchStrategy[str]:
    """Mostly one of the usual values."""
    return st.one_of(st.sampled_from(usual), st.sampled_from(usual), ODD)


REPORTS = _or_odd("r1", "r2", "r3", "")
DISEASES = _or_odd("covid", "COVID", "mpox")
DAYS = _or_odd("2020-10-01", "20201001", "01/10/2020", "2020-13-45", "2090-01-01")
NAMES = _or_odd("Quill", "=1+1", "O'Neill", "\u202eevil", "Zoë", "")
RESULTS = _or_odd("positive", "negative", "perhaps", "void")


@st.composite
def hl7(draw: st.DrawFn) -> bytes:
    """One message of HL7 v2 with some orders and results, or several in a batch."""
    field, component = draw(st.sampled_from([("|", "^"), ("*", ":")]))
    whole = "\r".join(draw(_segments())) + "\r"
    text = whole.replace("|", "\0").replace("^", component).replace("\0", field)
    charset = draw(st.sampled_from(["utf-8", "latin-1", "utf-16-le"]))
    many = draw(st.sampled_from([1, 1, 1, 2]))
    return (text * many).encode(charset, "replace")


@st.composite
def _segments(draw: st.DrawFn) -> list[str]:
    number = draw(_or_odd("m1", "m2", "m3", ""))
    version = draw(_or_odd("2.3", "2.5.1", "2.7"))
    charset = draw(st.sampled_from(["UNICODE UTF-8", "8859/1", "ASCII", "", "of my own"]))
    found = [
        f"MSH|^~\\&|app|{draw(_or_odd(SENDER, SENDER, 'nobody'))}|||20201002120000||ORU^R01|{number}|P|{version}"
        f"||||||{charset}",
        f"PID|1||{draw(NAMES)}^^^lab^PI||{draw(NAMES)}^Ada||{draw(DAYS)}|F",
    ]
    for order in range(draw(st.integers(0, 3))):
        found.append(f"OBR|{order}||{draw(REPORTS)}|94500-6|||{draw(DAYS)}" + "|" * 18 + "F")
        for result in range(draw(st.integers(0, 3))):
            code = draw(_or_odd("94500-6^RNA^LN", "65222-2^Onset^LN", ""))
            value = draw(_or_odd("260373001^x^SCT", "260415000^x^SCT", "detected"))
            status = draw(_or_odd("F", "C", "P", "D", "W"))
            found.append(f"OBX|{result}|CWE|{code}||{value}||||||{status}")
    return draw(st.permutations(found)) if draw(st.integers(0, 5)) == 0 else found


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def fhir(draw: st.DrawFn) -> bytes:
    """A Bundle of some results, in which some values may be anything."""
    told: list[Any] = [
        resources.observation(
            draw(st.integers(1, 4)), status=draw(_or_odd("final", "amended", "entered-in-error"))
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    if told and draw(st.booleans()):
        listed = [{"reference": f"urn:uuid:x{place}"} for place in range(len(told) + 1)]
        told += [
            {
                "resourceType": "DiagnosticReport",
                "status": draw(_or_odd("final", "amended", "entered-in-error", "cancelled")),
                "code": {"text": "all"},
                "result": listed,
            }
            for _ in range(draw(st.integers(1, 2)))
        ]
    kind = draw(st.sampled_from(["transaction", "batch", "collection", "message"]))
    whole = resources.one_and(*told, type=kind)
    for _ in range(draw(st.integers(0, 2))):
        _replaced(whole, draw)
    return json.dumps(whole).encode("utf-8", "replace")


def _replaced(whole: Any, draw: st.DrawFn) -> None:
    """Put anything in the place of some value, however deep it lies."""
    held = whole
    while True:
        keys = list(held) if isinstance(held, dict) else list(range(len(held)))
        key = draw(st.sampled_from(keys))
        inner = held[key]
        if not isinstance(inner, dict | list) or not inner or draw(st.integers(0, 3)) == 0:
            held[key] = draw(ANYTHING)
            return
        held = inner


@st.composite
def table(draw: st.DrawFn) -> list[dict[str, str]]:
    """Rows of the standard layout, some of whose values are odd."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        one = row(draw(st.integers(1, 6)))
        changed = {"report_id": REPORTS, "disease": DISEASES, "birth_date": DAYS, "family_name": NAMES,
                   "result": RESULTS, "phone": ODD, "taken_at": DAYS, "status": ODD}  # fmt: skip
        for name in draw(st.lists(st.sampled_from(list(changed)), max_size=3)):
            one[name] = draw(changed[name])
        found.append(one)
    return found


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A CSV file in some encoding, with one of the separators."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(
        text, COLUMNS, restval="", delimiter=draw(st.sampled_from(",;\t|")), lineterminator="\r\n"
    )
    writer.writeheader()
    writer.writerows(draw(table()))
    charset = draw(st.sampled_from(["utf-8", "utf-8", "utf-16", "windows-1252"]))
    return text.getvalue().encode(charset, "replace")


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    """A workbook, or an archive of one list."""
    rows = draw(table())
    if draw(st.booleans()):
        return zipped({draw(st.sampled_from(["a.csv", "../a.csv", "a.txt"])): draw(tables())})
    lines = [list(COLUMNS), *([one.get(name, "") for name in COLUMNS] for one in rows)]
    return workbook(
        sheet_xml(
            "".join(
                cell(f"{chr(65 + place)}{number}", _as_xml(value))
                for place, value in enumerate(line)
            )
            for number, line in enumerate(lines, start=1)
        )
    )


def _as_xml(value: str) -> str:
    """Escape a value; what XML cannot hold stays, and makes the sheet a broken one."""
    return value.replace("&", "&amp;").replace("<", "&lt;")


MADE: dict[Door, st.SearchStrategy[bytes]] = {
    "mllp": hl7(), "hl7": hl7(), "fhir": fhir(), "csv": tables(), "xlsx": sheets(),
}  # fmt: skip
WORDS: dict[Door, str] = {"mllp": "hl7", "hl7": "hl7", "fhir": "fhir", "csv": "csv", "xlsx": "xlsx"}


def _seeds(door: Door) -> list[bytes]:
    # A workbook's parts by themselves are no file; packed ones begin with the number that says so.
    found = TARGETS[WORDS[door]].seeds()
    return [one[1:] for one in found if one[0] == 4] if door == "xlsx" else list(found)


SEEDS: dict[Door, list[bytes]] = {door: _seeds(door) for door in MADE}


@st.composite
def contents(draw: st.DrawFn, door: Door) -> bytes:
    """A file or message of that door: made by the grammar or a seed, and perhaps changed."""
    whole = bytearray(draw(MADE[door] | st.sampled_from(SEEDS[door])))
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        place = draw(st.integers(0, len(whole)))
        end = draw(st.integers(place, min(place + 12, len(whole))))
        whole[place:end] = draw(st.binary(max_size=6) | st.sampled_from(TARGETS[WORDS[door]].words))
    # A request without a body is none, and no message.
    return bytes(whole) or b"\0"


@st.composite
def sendings(draw: st.DrawFn, doors: tuple[Door, ...], *, most: int = 7) -> list[Sending]:
    """Some messages one after the other: new ones, the same again, and others under the same id."""
    found: list[Sending] = []
    for _ in range(draw(st.integers(2, most))):
        how = draw(st.sampled_from(["new", "new", "again", "other"])) if found else "new"
        if how == "new":
            door = draw(st.sampled_from(doors))
            given = None if door == "mllp" else draw(st.sampled_from([None, "k1", "k2", "k3"]))
            found.append(Sending(door=door, data=draw(contents(door)), id=given))
            continue
        earlier = draw(st.sampled_from(found))
        if how == "other":
            # Of a message over the wire the id is within: its end says something else.
            data = earlier.data + b"NTE|1||other\r" if earlier.door == "mllp" else draw(contents(earlier.door))  # fmt: skip
            earlier = replace(earlier, data=data)
        found.append(earlier)
    return found
