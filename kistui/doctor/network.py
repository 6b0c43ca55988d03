"""The way to KIS: proxies and certificates in the environment, each server, and its clock."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from kistui.client.probe import ProbeResult, probe_server
from kistui.clock import Clock
from kistui.models.diagnostics import CheckResult, CheckStatus
from kistui.store.paths import shown_path

PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")
SMALL_SKEW = timedelta(seconds=2)
SOON = timedelta(days=14)


def look_at_settings(environ: Mapping[str, str]) -> tuple[CheckResult, ...]:
    """What the environment says of the network."""
    return tuple(_environment(environ))


async def look_at_network(servers: Mapping[str, str], clock: Clock) -> tuple[CheckResult, ...]:
    """Every server by its name, all at once; no credentials are in reach of this."""
    reached = await asyncio.gather(*(probe_server(origin, clock) for origin in servers.values()))
    return tuple(
        finding
        for (name, origin), each in zip(servers.items(), reached, strict=True)
        for finding in _server(name, origin, each, clock)
    )


def _environment(environ: Mapping[str, str]) -> Iterator[CheckResult]:
    for name in PROXIES:
        if value := environ.get(name):
            told = "***" if name.lower() == "no_proxy" else _masked_url(value)
            yield CheckResult(group="network", name=name, value=told)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if value := environ.get(name):
            is_there = Path(value).exists()
            yield CheckResult(
                group="network",
                name=name,
                value="+" if is_there else "-",
                local_value=shown_path(Path(value)),
                status=CheckStatus.OK if is_there else CheckStatus.FAILED,
                problem="" if is_there else "enoent",
            )
    if environ.get("SSLKEYLOGFILE"):
        yield CheckResult(
            group="network", name="SSLKEYLOGFILE", value="+", status=CheckStatus.WARNING, problem="key_log"
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


def _server(name: str, origin: str, found: ProbeResult, clock: Clock) -> Iterator[CheckResult]:
    host = origin.partition("://")[2].rpartition("@")[2]
    if found.error is not None:
        yield CheckResult(
            group="network", name=name, value="?", local_value=host, status=CheckStatus.FAILED, error=found.error
        )
        return
    answer = f"HTTP {found.status} in {found.latency * 1000:.0f} ms"
    yield CheckResult(group="network", name=name, value=answer, local_value=f"{host}  {answer}")
    if found.certificate_expires_at is not None:
        is_soon = found.certificate_expires_at - clock() < SOON
        yield CheckResult(
            group="network",
            name=f"{name} TLS",
            value=f"{found.certificate_issuer} until {found.certificate_expires_at:%Y-%m-%d}",
            status=CheckStatus.WARNING if is_soon else CheckStatus.OK,
            problem="ends_soon" if is_soon else "",
        )
    if found.clock_skew is not None:
        is_off = abs(found.clock_skew) > SMALL_SKEW
        yield CheckResult(
            group="network",
            name=f"{name} clock",
            value=f"{found.clock_skew // timedelta(seconds=1):+} s",
            status=CheckStatus.WARNING if is_off else CheckStatus.OK,
            problem="clock_off" if is_off else "",
        )
