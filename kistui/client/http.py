"""The one way to make an HTTP client: certificates always checked, redirects never followed."""

import ssl
from typing import Any
from urllib.request import getproxies

import httpx

from kistui import __version__
from kistui.client.body import ENCODINGS
from kistui.client.endpoints import is_loopback
from kistui.client.transport import Limits, Transport
from kistui.errors import InvalidSetting

# KIS drops idle connections without a word, so none is kept for long.
LIMITS = Limits(most=4, kept=2, idle=20.0)
CERTIFICATES = "SSL_CERT_FILE, SSL_CERT_DIR"


def open_http(origin: httpx.URL, timeout: httpx.Timeout, **hooks: Any) -> httpx.AsyncClient:
    """A client of one origin. Raises InvalidSetting for a CA file that cannot be read.

    A CA of the user's (`SSL_CERT_FILE`) is another list of whom to trust, and fine for KIS; there
    is no way, by parameter or environment, to trust everybody.
    """
    # A proxy or CA file in the environment is the user's wish for KIS, never for loopback.
    trust_env = not is_loopback(origin.host)
    try:
        return httpx.AsyncClient(
            base_url=origin,
            timeout=timeout,
            follow_redirects=False,
            headers={
                "user-agent": f"kistui/{__version__}",
                "accept": "application/json",
                "accept-encoding": ENCODINGS,
            },
            event_hooks=hooks,
            **_way(origin, trust_env),
        )
    except OSError:
        raise InvalidSetting(name=CERTIFICATES, allowed="PEM") from None


def _way(origin: httpx.URL, trust_env: bool) -> dict[str, Any]:
    """By which transport: ours, or httpx's where a proxy may have to be asked."""
    verify = _tls(origin)
    if trust_env and _has_proxy(origin.scheme):
        kept = httpx.Limits(
            max_connections=LIMITS.most,
            max_keepalive_connections=LIMITS.kept,
            keepalive_expiry=LIMITS.idle,
        )
        return {"verify": verify, "trust_env": True, "limits": kept}
    is_plain = origin.scheme == "http"
    context = None if is_plain else httpx.create_ssl_context(verify=verify, trust_env=trust_env)
    return {"transport": Transport(origin, context, LIMITS), "trust_env": False}


def _has_proxy(scheme: str) -> bool:
    """Whether the environment names one; if it is for this server too, httpx decides."""
    proxies = getproxies()
    return bool(proxies.get(scheme) or proxies.get("all"))


def _tls(origin: httpx.URL) -> ssl.SSLContext | bool:
    """Certificates are always checked; plain http to loopback does not spend 30 ms loading CAs."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if origin.scheme == "http" else True
