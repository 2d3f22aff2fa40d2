"""The rules that judge a case or a conversation: its protocol, its script, the service's time zone."""

from __future__ import annotations

from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from throughline.core.service import service, service_zone
from throughline.definitions import queries as definitions
from throughline.definitions import rules as governing
from throughline.definitions.errors import NothingInForceError
from throughline.definitions.forms.protocol import Protocol
from throughline.definitions.forms.script import Script
from throughline.definitions.queries import Stored
from throughline.tracing.rules.dates import day_of

ENGLISH = "en"

__all__ = [
    "ENGLISH",
    "protocol",
    "protocol_for",
    "script",
    "script_for",
    "service",
    "zone",
]


def zone() -> ZoneInfo:
    """Return the time zone in which days are counted."""
    return service_zone()


def protocol(name: str, version: int) -> Protocol:
    """Return the protocol that judged a case or contact."""
    return cast(Protocol, definitions.get("protocol", name, version).form)


def protocol_for(disease: str, *, transferred_at: datetime, at: datetime) -> Stored | None:
    """Return the version that judges now a case of that disease transferred then, if there is one."""
    stored = [
        one
        for one in definitions.versions("protocol")
        if cast(Protocol, one.form).disease.code == disease
    ]
    if not stored:
        return None
    days = zone()
    return governing.governing(
        stored, opened=day_of(transferred_at, zone=days), on=day_of(at, zone=days)
    )


def script(name: str, version: int) -> Script:
    """Return the script that an interview began with."""
    return cast(Script, definitions.get("script", name, version).form)


def script_for(purpose: str, *, language: str, at: datetime) -> Stored:
    """Return the script in force for a case or a contact, in their language if there is one, else English."""
    stored = [
        one
        for one in definitions.versions("script")
        if cast(Script, one.form).about.purpose == purpose
    ]
    today = day_of(at, zone=zone())
    for wanted in (language, ENGLISH):
        spoken = [one for one in stored if cast(Script, one.form).about.language == wanted]
        if spoken:
            return governing.governing(spoken, opened=today, on=today)
    raise NothingInForceError(
        f"There is no script for a {purpose}; take one into use with `throughline definitions`."
    )
