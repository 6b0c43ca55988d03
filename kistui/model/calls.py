"""How much of what KIS allows is used."""

from kistui.model.record import record


@record(kw_only=True)
class CallUse:
    """Seconds kept between calls with one key and with one account; calls queued and made."""

    key_interval: float
    ledger_interval: float
    waiting: int
    last_minute: int
