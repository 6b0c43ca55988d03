"""The async client of KIS's Open API: httpx and the protocol, no screen, no disk.

It can only read: every call it can make stands in `endpoints.ALLOWED`.
"""

from kistui.client.client import KisClient
from kistui.client.endpoints import ALLOWED, Endpoint
from kistui.client.throttle import Gates

__all__ = ["ALLOWED", "Endpoint", "Gates", "KisClient"]
