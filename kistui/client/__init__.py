"""The async client of KIS's Open API: httpx and the protocol, no screen, no disk.

It can only read: every call it can make stands in `endpoints.ALLOWED_ENDPOINTS`.
"""

from kistui.client.client import KisClient
from kistui.client.endpoints import ALLOWED_ENDPOINTS, Endpoint
from kistui.client.rate_limits import RateLimits

__all__ = ["ALLOWED_ENDPOINTS", "Endpoint", "KisClient", "RateLimits"]
