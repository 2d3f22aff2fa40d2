"""`throughline mllp`: takes HL7 messages over the wire, until told to stop."""

from __future__ import annotations

import asyncio
import ipaddress
from typing import Annotated

import typer

from throughline.cli.django import service
from throughline.cli.exits import ExitCode, say, stop
from throughline.server import home as homes
from throughline.server.certificates import mllp_certificate


def mllp(
    *,
    host: Annotated[
        str, typer.Option(help="The address to listen on.", envvar="THROUGHLINE_MLLP_HOST")
    ] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(help="The port; else the one after intake's.", min=0, max=65535)
    ] = None,
    facility: Annotated[
        str,
        typer.Option(
            help="What MSH-6 must say, where it says anything.", envvar="THROUGHLINE_MLLP_FACILITY"
        ),
    ] = "",
    certificates: Annotated[
        bool,
        typer.Option(
            help="Take connections with a client certificate alone.",
            envvar="THROUGHLINE_MLLP_CERTIFICATES",
        ),
    ] = False,
    connections: Annotated[
        int, typer.Option(help="How many connections are served at a time.", min=1)
    ] = 400,
    rest: Annotated[
        float, typer.Option(help="Seconds for which a connection may say nothing.", min=0.1)
    ] = 900.0,
    whole: Annotated[
        float, typer.Option(help="Seconds within which a message must have come whole.", min=0.1)
    ] = 60.0,
    plain: Annotated[
        bool,
        typer.Option(help="Without TLS, on this machine alone.", envvar="THROUGHLINE_MLLP_PLAIN"),
    ] = False,
) -> None:
    """Take HL7 v2 messages (MLLP over TLS), keep each, and acknowledge it once it is committed."""
    home = homes.current()
    if plain and not _is_loopback(host):
        stop(
            ExitCode.USAGE,
            f"Without TLS only this machine is served, and {host} is not it: leave --plain off.",
        )
    with service("intake"):
        from throughline.intake.mllp.door import Limits
        from throughline.intake.mllp.securing import context_of
        from throughline.intake.mllp.serving import serve

        context = None
        if not plain:
            certificate, key, is_new = mllp_certificate(home)
            if is_new:
                say(
                    f"{certificate} was made for this machine; put one in its place that laboratories can trust."
                )
            context = context_of(certificate, key, required=certificates)
        asyncio.run(
            serve(
                host,
                home.port(homes.MLLP) if port is None else port,
                context=context,
                facility=facility,
                limits=Limits(connections=connections, rest=rest, whole=whole),
                on_open=lambda opened: say(f"Taking HL7 messages on {host}, port {opened}."),
            )
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
