"""How much of what KIS allows is used."""

from msgspec import Struct


class ApiUsage(Struct, frozen=True, kw_only=True):
    """Seconds kept between calls with one key and with one account; calls queued and made."""

    app_key_interval: float
    account_interval: float
    queued: int
    calls_last_minute: int
