"""The proxy of the environment for one origin: `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.

httpx reads these variables too, but stops with errors of its own at a SOCKS proxy of version 4 and
at addresses in `NO_PROXY` such as `[::1]` and `fd00::/8`.
"""

import os
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from urllib.request import getproxies

import httpx

from kistui.client.endpoints import is_loopback, is_valid_host
from kistui.errors import InvalidProxyError, LiveProxyError

PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


def environment_proxy(origin: httpx.URL) -> httpx.Proxy | None:
    """Return the proxy for an origin; `None` if there is none, and for loopback.

    Raises InvalidProxyError for a proxy that cannot be used.
    """
    if is_loopback(origin.host):  # a proxy in the environment is meant for KIS
        return None
    proxies = getproxies()
    scheme = next((name for name in (origin.scheme, "all") if proxies.get(name)), None)
    if scheme is None or is_bypassed(proxies.get("no", ""), origin):
        return None
    proxy = parse_proxy(proxies[scheme])
    if proxy is None:
        raise _invalid_proxy_error(scheme)
    return proxy


def websocket_proxy(url: str) -> str | None:
    """Return the address of the proxy for a WebSocket, the same as for HTTPS; `None` without one.

    Raises InvalidProxyError, and LiveProxyError for SOCKS, which needs the package python-socks.
    """
    proxy = environment_proxy(httpx.URL(url).copy_with(scheme="https"))
    if proxy is None:
        return None
    if proxy.url.scheme.startswith("socks") and find_spec("python_socks") is None:
        raise LiveProxyError()
    if proxy.auth is None:
        return str(proxy.url)
    username, password = proxy.auth
    return str(proxy.url.copy_with(username=username, password=password))


def parse_proxy(raw: str) -> httpx.Proxy | None:
    """Return the proxy at an address, `http` without a scheme; `None` if it cannot be used."""
    try:
        proxy = httpx.Proxy(raw if "://" in raw else f"http://{raw}")
        return proxy if is_valid_host(proxy.url.host) else None
    except (httpx.InvalidURL, ValueError):
        return None


def is_bypassed(no_proxy: str, origin: httpx.URL) -> bool:
    """Return whether an origin is on a `NO_PROXY` list, by name, address or network.

    An entry may have a port. An entry that is none of these matches nothing.
    """
    return any(_matches(entry.strip().lower(), origin) for entry in no_proxy.split(","))


def _matches(entry: str, origin: httpx.URL) -> bool:
    if entry == "*":
        return True
    entry = entry.rpartition("://")[2]
    host, port = _split_port(entry)
    if not host or (port and port != str(origin.port or 443)):
        return False
    try:
        return ip_address(origin.host) in ip_network(host, strict=False)
    except ValueError:
        pass  # the origin or the entry is a name
    name = host.removeprefix("*").removeprefix(".")
    return bool(name) and (origin.host == name or origin.host.endswith(f".{name}"))


def _split_port(entry: str) -> tuple[str, str]:
    """Return host and port of `host:port` or `[address]:port`; a bare IPv6 address has no port."""
    if entry.startswith("["):
        host, _, suffix = entry[1:].partition("]")
        return (host + suffix, "") if suffix.startswith("/") else (host, suffix.removeprefix(":"))
    host, _, port = entry.partition(":")
    return (entry, "") if ":" in port else (host, port)


def _invalid_proxy_error(scheme: str) -> InvalidProxyError:
    """Return the error that names the variable; its value may hold a password."""
    names = (f"{scheme}_proxy", f"{scheme}_PROXY".upper())
    name = next((name for name in names if os.environ.get(name)), names[1])
    return InvalidProxyError(name=name, allowed=", ".join(PROXY_SCHEMES))
