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
            **_way(origin),
        )
    except OSError:
        raise InvalidSetting(name=CERTIFICATES, allowed="PEM") from None


def _way(origin: httpx.URL) -> dict[str, Any]:
    """By which transport: ours, or httpx's where a proxy may have to be asked."""
    # A proxy or CA file in the environment is the user's wish for KIS, never for loopback.
    trust_env = not is_loopback(origin.host)
    context = _tls(origin, trust_env)
    if context and trust_env and _has_proxy():
        kept = httpx.Limits(
            max_connections=LIMITS.most,
            max_keepalive_connections=LIMITS.kept,
            keepalive_expiry=LIMITS.idle,
        )
        return {"verify": context, "trust_env": True, "limits": kept}
    return {"transport": Transport(origin, context, LIMITS), "trust_env": False}


def _has_proxy() -> bool:
    """Whether the environment names one; whether it is for this server too, httpx decides."""
    proxies = getproxies()
    return bool(proxies.get("https") or proxies.get("all"))


def _tls(origin: httpx.URL, trust_env: bool) -> ssl.SSLContext | None:
    """Certificates are always checked; plain http to loopback does not spend 30 ms loading CAs."""
    return None if origin.scheme == "http" else httpx.create_ssl_context(trust_env=trust_env)
