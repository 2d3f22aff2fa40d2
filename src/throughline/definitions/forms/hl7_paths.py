"""Where in an HL7 v2 message a value stands: the columns of a mapping whose format is `hl7`.

| path | says |
|---|---|
| `PID-5` or `PID-5.1` | field 5, first repetition, first component (and first sub-component) |
| `SPM-2.1.2` | second sub-component of the first component |
| `PID-3[5=NH].1` | of the repetition whose component 5 is NH |
| `PID-13[3=CP].1` | of the telephone numbers, the one whose component 3 is CP |
| `OBX-3{LN}` | the code whose coding system is LN: component 1 beside 3, or component 4 beside 6 |
| `OBX[65222-2]-5.1` | of the observation with that code (OBX-3.1 or OBX-3.4), which then is an answer, no result |
| `report` | the result's own number, made of OBR-3, OBX-3 and OBX-4 (ORC-3 where OBR-3 is empty) |

`OBX` is the observation that is the row. MSH is the message's, PID and what follows it the patient's, ORC, OBR,
SPM and the rest the order's; of segments that repeat there, the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

REPORT = "report"

_PATH = re.compile(
    r"""(?P<segment>[A-Z][A-Z0-9]{2})
    (?:\[(?P<answer>[^\[\]]{1,60})\])?
    -(?P<field>[1-9]\d{0,2})
    (?:\[(?P<where>[1-9]\d?(?:\.[1-9]\d?)?)=(?P<value>[^\[\]]{1,60})\])?
    (?:\.(?P<component>[1-9]\d?)(?:\.(?P<subcomponent>[1-9]\d?))?|\{(?P<system>[^{}]{1,60})\})?""",
    re.VERBOSE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hl7Path:
    """A path, taken apart. Fields, components and sub-components count from 1."""

    segment: str
    answer: str | None
    field: int
    where: tuple[int, int] | None
    value: str | None
    component: int
    subcomponent: int
    system: str | None


@lru_cache(maxsize=512)
def hl7_path(text: str) -> Hl7Path:
    """Take a path apart. Raises ValueError with a sentence."""
    found = _PATH.fullmatch(text)
    if found is None or (found["answer"] and found["segment"] != "OBX"):
        raise ValueError(
            f"{text!r} is no place in an HL7 message; write one like PID-5.1, PID-3[5=NH].1, OBX-3{{LN}}, "
            f"OBX[65222-2]-5.1, or {REPORT}"
        )
    where = None
    if found["where"]:
        component, _, subcomponent = found["where"].partition(".")
        where = (int(component), int(subcomponent or 1))
    return Hl7Path(
        segment=found["segment"],
        answer=found["answer"],
        field=int(found["field"]),
        where=where,
        value=found["value"],
        component=int(found["component"] or 1),
        subcomponent=int(found["subcomponent"] or 1),
        system=found["system"],
    )
