"""The httpx client for one origin: certificates always checked, redirects never followed."""

import ssl
from typing import Any

import httpx

from kistui import __version__
from kistui.client.endpoints import is_loopback
from kistui.client.response_body import ACCEPT_ENCODING
from kistui.errors import InvalidVariableError

# KIS drops idle connections without notice, so idle connections are kept only briefly.
POOL_LIMITS = httpx.Limits(max_connections=4, max_keepalive_connections=2, keepalive_expiry=20.0)
CA_VARIABLES = "SSL_CERT_FILE, SSL_CERT_DIR"


def create_http_client(
    origin: httpx.URL, timeout: httpx.Timeout, **hooks: Any
) -> httpx.AsyncClient:
    """Return a client for one origin. Raises InvalidSetting for an unreadable CA file.

    `SSL_CERT_FILE` and `SSL_CERT_DIR` replace the list of trusted authorities, and the proxy
    variables apply. No parameter or environment variable turns certificate checks off.
    """
    # A proxy or CA file in the environment is meant for KIS, never for loopback.
    trust_env = not is_loopback(origin.host)
    try:
        context = tls_context(origin, trust_env)
    except OSError:
        raise InvalidVariableError(name=CA_VARIABLES, allowed="PEM") from None
    return httpx.AsyncClient(
        base_url=origin,
        timeout=timeout,
        follow_redirects=False,
        headers={
            "user-agent": f"kistui/{__version__}",
            "accept": "application/json",
            "accept-encoding": ACCEPT_ENCODING,
        },
        event_hooks=hooks,
        limits=POOL_LIMITS,
        verify=context,
        trust_env=trust_env,
    )


def tls_context(origin: httpx.URL, trust_env: bool) -> ssl.SSLContext:
    """Return an origin's TLS settings; with `trust_env`, the CA variables replace the CAs."""
    if origin.scheme == "http":
        # A context that trusts nobody: plain http needs none, and loading the CAs takes 30 ms.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.create_ssl_context(trust_env=trust_env)
