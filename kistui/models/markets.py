"""The markets, their exchanges and currencies, and rates of exchange to won."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

from msgspec import Struct

from kistui.models.arithmetic import round_to_won


class Market(Enum):
    """A market; the value is what users type."""

    KR = "kr"
    US = "us"
    HK = "hk"
    CN = "cn"
    JP = "jp"
    VN = "vn"
    OTHER = "other"
    """An exchange and a currency kistui does not know."""


KRW = "KRW"
MARKET_BY_EXCHANGE: Mapping[str, Market] = {
    "NASD": Market.US, "NAS": Market.US, "NYSE": Market.US, "AMEX": Market.US,
    "SEHK": Market.HK, "SHAA": Market.CN, "SZAA": Market.CN, "TKSE": Market.JP,
    "HASE": Market.VN, "VNSE": Market.VN,
}  # fmt: skip
"""The market by KIS's exchange code."""
MARKET_BY_CURRENCY: Mapping[str, Market] = {
    "USD": Market.US, "HKD": Market.HK, "CNY": Market.CN, "JPY": Market.JP, "VND": Market.VN,
}  # fmt: skip
QUOTE_UNITS: Mapping[str, Decimal] = {"JPY": Decimal(100), "VND": Decimal(100)}
"""Units of a currency that its rate is quoted for, if no row of shares gives them."""


class ExchangeRate(Struct, frozen=True):
    """Won per `unit` of a currency, as KIS quotes it."""

    krw_per_unit: Decimal
    unit: Decimal = Decimal(1)

    def to_won(self, amount: Decimal | None) -> int | None:
        """Return an amount in whole won."""
        return None if amount is None else round_to_won(amount * self.krw_per_unit / self.unit)
