"""The way to KIS: proxies and certificates in the environment, each server, and its clock."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from kistui.client.reach import Reach, reach
from kistui.clock import Clock
from kistui.model.checks import Finding, Health
from kistui.store.paths import shown_path

PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")
SMALL_SKEW = timedelta(seconds=2)
SOON = timedelta(days=14)


def look_at_settings(environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """What the environment says of the network."""
    return tuple(_environment(environ))


async def look_at_network(servers: Mapping[str, str], clock: Clock) -> tuple[Finding, ...]:
    """Every server by its name, all at once; no credentials are in reach of this."""
    reached = await asyncio.gather(*(reach(origin, clock) for origin in servers.values()))
    return tuple(
        finding
        for (name, origin), each in zip(servers.items(), reached, strict=True)
        for finding in _server(name, origin, each, clock)
    )


def _environment(environ: Mapping[str, str]) -> Iterator[Finding]:
    for name in PROXIES:
        if value := environ.get(name):
            told = "***" if name.lower() == "no_proxy" else _masked_url(value)
            yield Finding(group="network", name=name, value=told)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if value := environ.get(name):
            is_there = Path(value).exists()
            yield Finding(
                group="network",
                name=name,
                value="+" if is_there else "-",
                here=shown_path(Path(value)),
                health=Health.GOOD if is_there else Health.BAD,
                fault="" if is_there else "enoent",
            )
    if environ.get("SSLKEYLOGFILE"):
        yield Finding(
            group="network", name="SSLKEYLOGFILE", value="+", health=Health.NOTE, fault="key_log"
        )


def _masked_url(raw: str) -> str:
    """A proxy without its host, user and password."""
    try:
        parts = urlsplit(raw if "://" in raw else f"//{raw}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "***"
    scheme = f"{parts.scheme}://" if parts.scheme in ("http", "https", "socks5") else ""
    return f"{scheme}***{port}"


def _server(name: str, origin: str, found: Reach, clock: Clock) -> Iterator[Finding]:
    host = origin.partition("://")[2].rpartition("@")[2]
    if found.error is not None:
        yield Finding(
            group="network", name=name, value="?", here=host, health=Health.BAD, error=found.error
        )
        return
    answer = f"HTTP {found.status} in {found.seconds * 1000:.0f} ms"
    yield Finding(group="network", name=name, value=answer, here=f"{host}  {answer}")
    if found.valid_until is not None:
        is_soon = found.valid_until - clock() < SOON
        yield Finding(
            group="network",
            name=f"{name} TLS",
            value=f"{found.issuer} until {found.valid_until:%Y-%m-%d}",
            health=Health.NOTE if is_soon else Health.GOOD,
            fault="ends_soon" if is_soon else "",
        )
    if found.skew is not None:
        is_off = abs(found.skew) > SMALL_SKEW
        yield Finding(
            group="network",
            name=f"{name} clock",
            value=f"{found.skew // timedelta(seconds=1):+} s",
            health=Health.NOTE if is_off else Health.GOOD,
            fault="clock_off" if is_off else "",
        )
