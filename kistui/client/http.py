"""The one way to make an HTTP client: certificates always checked, redirects never followed."""

import ssl
from typing import Any

import httpx

from kistui import __version__
from kistui.client.body import ENCODINGS
from kistui.client.endpoints import is_loopback
from kistui.errors import InvalidSetting

# KIS drops idle connections without a word, so none is kept for long.
LIMITS = httpx.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=20.0)
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
            limits=LIMITS,
            follow_redirects=False,
            verify=_tls(origin),
            # A proxy or CA file in the environment is the user's wish for KIS, never for loopback.
            trust_env=not is_loopback(origin.host),
            headers={
                "user-agent": f"kistui/{__version__}",
                "accept": "application/json",
                "accept-encoding": ENCODINGS,
            },
            event_hooks=hooks,
        )
    except OSError:
        raise InvalidSetting(name=CERTIFICATES, allowed="PEM") from None


def _tls(origin: httpx.URL) -> ssl.SSLContext | bool:
    """Certificates are always checked; plain http to loopback does not spend 30 ms loading CAs."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if origin.scheme == "http" else True
