"""Every variable of the environment that Throughline reads, in words. A test holds it to the code."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable: what it says, and what holds when it is not set."""

    name: str
    meaning: str
    otherwise: str


VARIABLES = (
    Variable(
        name="THROUGHLINE_HOME",
        meaning="The folder of data, secrets, logs and the embedded database.",
        otherwise="`var/` in the project",
    ),
    Variable(
        name="THROUGHLINE_PORT_BASE",
        meaning="The port of the desk; authority, public, intake and the door for HL7 messages have the four after it.",
        otherwise="`8000`",
    ),
    Variable(
        name="THROUGHLINE_DEPLOYMENT",
        meaning="The deployment's name: its schema, and the prefix of its roles and logins.",
        otherwise="`throughline`",
    ),
    Variable(
        name="THROUGHLINE_PROCESS",
        meaning="Which process this is: desk, authority, public, intake, worker or prepare. "
        "The supervisor and the commands set it.",
        otherwise="`prepare`",
    ),
    Variable(
        name="DATABASE_URL",
        meaning="A managed database, as its preparing login reaches it: "
        "`postgresql://user:password@host:port/name`. Read by `throughline db prepare`, and by the "
        "supervisor for host, port and name.",
        otherwise="the embedded database",
    ),
    Variable(
        name="THROUGHLINE_DATABASE_HOST",
        meaning="The managed database's host, for the run-time processes.",
        otherwise="the embedded database's socket",
    ),
    Variable(
        name="THROUGHLINE_DATABASE_PORT", meaning="The managed database's port.", otherwise="`5432`"
    ),
    Variable(
        name="THROUGHLINE_DATABASE_NAME",
        meaning="The managed database's name.",
        otherwise="the deployment's name",
    ),
    Variable(
        name="THROUGHLINE_PASSWORD_",
        meaning="With a login's name in capitals after it: that login's password, as in "
        "`THROUGHLINE_PASSWORD_THROUGHLINE_DESK`.",
        otherwise="made at preparation and kept in `secrets/` of the home",
    ),
    Variable(
        name="THROUGHLINE_KEY_",
        meaning="With `DJANGO`, `TOTP` or `ENDPOINT` after it: that secret key.",
        otherwise="made on first use and kept in `secrets/` of the home",
    ),
    Variable(
        name="THROUGHLINE_HOSTS",
        meaning="The names, with commas, by which browsers may address the service.",
        otherwise="`127.0.0.1,localhost,[::1]`",
    ),
    Variable(
        name="THROUGHLINE_HTTPS",
        meaning="`1` behind a proxy that speaks https: cookies are Secure and `__Host-`.",
        otherwise="plain http, for one machine",
    ),
    Variable(
        name="THROUGHLINE_DESK_ADDRESS",
        meaning="The desk's address as people type it, to point them there from elsewhere.",
        otherwise="this host with the desk's port",
    ),
    Variable(
        name="THROUGHLINE_AUTHORITY_ADDRESS",
        meaning="The authority's address as people type it.",
        otherwise="this host with the authority's port",
    ),
    Variable(
        name="THROUGHLINE_MLLP_HOST",
        meaning="The address on which HL7 messages are taken.",
        otherwise="`127.0.0.1`: this machine alone",
    ),
    Variable(
        name="THROUGHLINE_MLLP_FACILITY",
        meaning="What MSH-6 of an HL7 message must say, where it says anything.",
        otherwise="whatever it says is taken",
    ),
    Variable(
        name="THROUGHLINE_MLLP_CERTIFICATES",
        meaning="`1` takes HL7 connections with a client certificate alone, whoever sends.",
        otherwise="a certificate is needed of senders that have one registered",
    ),
    Variable(
        name="THROUGHLINE_MLLP_PLAIN",
        meaning="`1` takes HL7 messages without TLS, from this machine alone.",
        otherwise="TLS 1.2 or later",
    ),
    Variable(
        name="THROUGHLINE_DEMONSTRATION",
        meaning="`1` shows one-time codes on the sign-in page, if the service's row says "
        "demonstration too.",
        otherwise="codes are never shown",
    ),
    Variable(
        name="THROUGHLINE_SUPERVISED",
        meaning="Set by the supervisor on what it starts, so that a later one can end what is left.",
        otherwise="not one of its processes",
    ),
    Variable(
        name="THROUGHLINE_SHARED_DATA",
        meaning="Where tests find the real line lists.",
        otherwise="`shared/data` beside the project",
    ),
)
