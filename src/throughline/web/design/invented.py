"""Invented people and figures for the gallery; telephones are Ofcom's drama numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace as Made
from typing import Any

from throughline.web.balance import balance_of

AT = datetime(2020, 10, 6, 9, 41, tzinfo=UTC)

TIMELINE = (
    Made(at=AT, what="Call: no answer", who="R. Achterberg, Meridian Contact", detail="Rang for 25 seconds"),
    Made(at=datetime(2020, 10, 5, 18, 12, tzinfo=UTC), what="Text message sent", who="Service", detail="Delivered 19:12"),
    Made(at=datetime(2020, 10, 5, 16, 3, tzinfo=UTC), what="Household opened for tracing", who="Service",
         detail="Rank 71: 22 hours left of 24; infectious now; evening answers more often"),
    Made(at=datetime(2020, 10, 5, 15, 58, tzinfo=UTC), what="Positive result received", who="Northgate Laboratory", detail=""),
)  # fmt: skip

OUTCOMES: tuple[dict[str, Any], ...] = (
    {"code": "completed", "title": "Completed", "key": "1"},
    {"code": "partial", "title": "Part done", "key": "2"},
    {"code": "callback", "title": "Call back", "key": "3"},
    {"code": "no_answer", "title": "No answer", "key": "4"},
    {"code": "voicemail", "title": "Voicemail", "key": "5"},
    {"code": "wrong_number", "title": "Wrong number", "key": "6"},
    {"code": "language", "title": "Interpreter", "key": "7"},
    {"code": "too_unwell", "title": "Too unwell", "key": "8"},
    {"code": "declined", "title": "Declined", "key": "9"},
)

GRID = (
    Made(key="a1", name="Sam Leaver", phone="07700 900 142", met="Sat 3 Oct", who="us", error=""),
    Made(key="a2", name="Josie Quill", phone="", met="Sun 4 Oct", who="self", error=""),
    Made(key="a3", name="Tomasz Wren", phone="07700 9001", met="Mon 5 Oct", who="us",
         error="The number 07700 9001 is too short; enter 11 digits or leave it empty."),
)  # fmt: skip

SENDERS = (
    Made(
        name="Northgate Laboratory",
        received=8412,
        quarantined=14,
        waiting=0,
        state="In order",
        kind="good",
        at=AT,
    ),
    Made(
        name="Saltmarsh Hospital",
        received=2209,
        quarantined=61,
        waiting=18,
        state="Waiting 21 minutes",
        kind="bad",
        at=AT,
    ),
    Made(
        name="Harrow Lane mobile units",
        received=640,
        quarantined=3,
        waiting=4,
        state="Slow",
        kind="warn",
        at=AT,
    ),
    Made(
        name="Drive-through east",
        received=0,
        quarantined=0,
        waiting=0,
        state="No file since Monday",
        kind="hold",
        at=AT,
    ),
)

BALANCED = balance_of(received=8412, places={"waiting": 212, "accepted": 7640, "duplicate": 402, "corrected": 118,
                                             "quarantined": 34, "rejected": 6})  # fmt: skip
APART = balance_of(
    received=2209, places={"waiting": 18, "accepted": 2081, "duplicate": 40, "quarantined": 61}
)

FACTS: tuple[dict[str, Any], ...] = (
    {
        "key": "Symptoms began",
        "value": "Saturday 3 October",
        "change": {"href": "#", "what": "the day symptoms began"},
    },
    {
        "key": "Infectious from",
        "value": "Thursday 1 October",
        "why": "Two days before symptoms, England 2020 rules of 30 July",
    },
    {
        "key": "Isolates until",
        "value": "Tuesday 13 October",
        "why": "Ten days after symptoms began",
    },
    {"key": "Language", "value": "Polish, interpreter wanted"},
)
