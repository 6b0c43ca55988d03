"""Checks of the network: proxies and certificates in the environment, servers, their clocks."""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from kistui.client.probe import ProbeResult, probe_server
from kistui.client.proxies import parse_proxy
from kistui.clock import Clock
from kistui.doctor import CheckResult, CheckStatus
from kistui.models.token import NEGLIGIBLE_SKEW
from kistui.storage.files import exists
from kistui.storage.paths import display_path

PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")
CERTIFICATE_EXPIRY_WARNING = timedelta(days=14)


def check_network_settings(environ: Mapping[str, str]) -> tuple[CheckResult, ...]:
    """Check the environment variables of proxies and certificates."""
    return tuple(_check_env_vars(environ))


async def check_servers(servers: Mapping[str, str], clock: Clock) -> tuple[CheckResult, ...]:
    """Check servers concurrently, by name; no credentials are used."""
    probe_results = await asyncio.gather(
        *(probe_server(origin, clock) for origin in servers.values())
    )
    return tuple(
        check_result
        for (name, origin), probe_result in zip(servers.items(), probe_results, strict=True)
        for check_result in _check_server(name, origin, probe_result, clock)
    )


def _check_env_vars(environ: Mapping[str, str]) -> Iterator[CheckResult]:
    for name in PROXY_VARIABLES:
        if value := environ.get(name):
            if name.lower() == "no_proxy":
                yield CheckResult(group="network", name=name, value="***")
                continue
            is_usable = parse_proxy(value) is not None
            yield CheckResult(
                group="network",
                name=name,
                value=_mask_proxy_url(value),
                status=CheckStatus.OK if is_usable else CheckStatus.FAILED,
                problem="" if is_usable else "not_proxy",
            )
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        if value := environ.get(name):
            problem = _certificates_problem(name, Path(value))
            yield CheckResult(
                group="network",
                name=name,
                value="-" if problem else "+",
                local_value=display_path(Path(value)),
                status=CheckStatus.FAILED if problem else CheckStatus.OK,
                problem=problem,
            )
    if environ.get("SSLKEYLOGFILE"):
        yield CheckResult(
            group="network",
            name="SSLKEYLOGFILE",
            value="+",
            status=CheckStatus.WARNING,
            problem="key_log",
        )


def _certificates_problem(variable: str, path: Path) -> str:
    """Return why the certificates of a variable cannot be used; blank if they can."""
    if not exists(path):
        return "enoent"
    if variable == "SSL_CERT_DIR":
        return "" if path.is_dir() else "enotdir"
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError:  # SSLError too
        return "no_certificates"
    return ""


def _mask_proxy_url(raw: str) -> str:
    """Return a proxy URL without host, user and password."""
    try:
        parts = urlsplit(raw if "://" in raw else f"//{raw}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "***"
    scheme = f"{parts.scheme}://" if parts.scheme in ("http", "https", "socks5") else ""
    return f"{scheme}***{port}"


def _check_server(
    name: str, origin: str, probe_result: ProbeResult, clock: Clock
) -> Iterator[CheckResult]:
    host = origin.partition("://")[2].rpartition("@")[2]
    if probe_result.error is not None:
        yield CheckResult(
            group="network",
            name=name,
            value="?",
            local_value=host,
            status=CheckStatus.FAILED,
            error=probe_result.error,
        )
        return
    milliseconds = round(probe_result.latency * 1000)
    yield CheckResult(
        group="network",
        name=name,
        value=f"HTTP {probe_result.status} in {milliseconds} ms",
        text="response",
        details={"host": host, "status": probe_result.status, "milliseconds": milliseconds},
    )
    if (expires_at := probe_result.certificate_expires_at) is not None:
        yield _check_certificate(name, probe_result.certificate_issuer, expires_at, clock())
    yield _check_clock(name, probe_result.clock_skew)


def _check_certificate(
    server_name: str, issuer: str, expires_at: datetime, now: datetime
) -> CheckResult:
    is_soon = expires_at - now < CERTIFICATE_EXPIRY_WARNING
    day = f"{expires_at:%Y-%m-%d}"
    return CheckResult(
        group="network",
        name=f"{server_name} TLS",
        value=f"{issuer} until {day}",
        text="certificate",
        details={"issuer": issuer, "day": day},
        status=CheckStatus.WARNING if is_soon else CheckStatus.OK,
        problem="ends_soon" if is_soon else "",
    )


def _check_clock(server_name: str, skew: timedelta | None) -> CheckResult:
    """Compare a server's clock with this machine's; `skew` is `None` if it sent no date."""
    if skew is None:
        return CheckResult(
            group="network",
            name=f"{server_name} clock",
            value="?",
            status=CheckStatus.SKIPPED,
            problem="no_date",
        )
    is_off = abs(skew) > NEGLIGIBLE_SKEW
    seconds = f"{skew // timedelta(seconds=1):+}"
    return CheckResult(
        group="network",
        name=f"{server_name} clock",
        value=f"{seconds} s",
        text="clock_skew",
        details={"seconds": seconds},
        status=CheckStatus.WARNING if is_off else CheckStatus.OK,
        problem="clock_off" if is_off else "",
    )
