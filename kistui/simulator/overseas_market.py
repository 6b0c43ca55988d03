"""Overseas exchanges, currencies with their rates to the won, and instruments with prices."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from kistui.simulator.instruments import deterministic_random, price_drift


class Currency(NamedTuple):
    """A currency; `rate` is roughly the won for `unit` of it; prices move by `price_step`."""

    code: str
    name: str
    nation_code: str
    nation_name: str
    unit: int
    rate: Decimal
    price_step: Decimal


USD = Currency("USD", "미국 달러", "840", "미국", 1, Decimal("1468.40"), Decimal("0.01"))
HKD = Currency("HKD", "홍콩 달러", "344", "홍콩", 1, Decimal("188.71"), Decimal("0.02"))
CNY = Currency("CNY", "중국 위안화", "156", "중국", 1, Decimal("206.33"), Decimal("0.01"))
JPY = Currency("JPY", "일본 엔", "392", "일본", 100, Decimal("941.52"), Decimal("0.5"))
VND = Currency("VND", "베트남 동", "704", "베트남", 100, Decimal("5.57"), Decimal(50))
CURRENCIES = {currency.code: currency for currency in (USD, HKD, CNY, JPY, VND)}
CURRENCIES_BY_NATION = {currency.nation_code: currency for currency in CURRENCIES.values()}


class Exchange(NamedTuple):
    """An exchange; `market_code` is its number in its nation, `quote_code` its code in quotes."""

    code: str
    name: str
    currency: Currency
    market_code: str
    quote_code: str
    product_type: str


EXCHANGES = {
    exchange.code: exchange
    for exchange in (
        Exchange("NASD", "나스닥", USD, "01", "NAS", "512"),
        Exchange("NYSE", "뉴욕", USD, "02", "NYS", "513"),
        Exchange("AMEX", "아멕스", USD, "05", "AMS", "529"),
        Exchange("SEHK", "홍콩", HKD, "01", "HKS", "501"),
        Exchange("SHAA", "상해A", CNY, "03", "SHS", "551"),
        Exchange("SZAA", "심천A", CNY, "04", "SZS", "552"),
        Exchange("TKSE", "일본", JPY, "01", "TSE", "515"),
        Exchange("HASE", "하노이", VND, "01", "HNX", "507"),
        Exchange("VNSE", "호치민", VND, "02", "HSX", "508"),
    )
}
US_EXCHANGES = frozenset({"NASD", "NYSE", "AMEX"})
MARKET_CODES_BY_NATION = {
    "000": {"00"},
    "840": {"00", "01", "02", "03", "04", "05"},
    "344": {"00", "01", "02", "03"},
    "156": {"00", "01", "02", "03", "04"},
    "392": {"00", "01"},
    "704": {"00", "01", "02"},
}
"""The values of TR_MKET_CD for each NATN_CD."""


class OverseasInstrument(NamedTuple):
    """A share listed overseas; `close` is the previous close in its currency."""

    code: str
    name: str
    previous_close: Decimal
    exchange: Exchange
    isin: str = ""

    @property
    def currency(self) -> Currency:
        """Return the currency in which the instrument is traded."""
        return self.exchange.currency


def overseas_price(share: OverseasInstrument, seed: int, seconds: int) -> Decimal:
    """Return the price at an epoch second, rounded to the currency's price step."""
    off = price_drift(f"{share.exchange.code}/{share.code}", seed, seconds)
    return round_to_price_step(share.previous_close * (1_000_000 + off) / 1_000_000, share.currency)


def round_to_price_step(price: Decimal, currency: Currency) -> Decimal:
    """Return the price rounded to the currency's price step."""
    return (price / currency.price_step).quantize(Decimal(1), ROUND_HALF_UP) * currency.price_step


def exchange_rate(currency: Currency, seed: int, day: date) -> Decimal:
    """Return the won for `unit` of a currency: the first rate of the day, valid all day."""
    off = deterministic_random(20_001, seed, currency.code, day) - 10_000
    return (currency.rate * (1_000_000 + off) / 1_000_000).quantize(Decimal("0.01"))


def to_won(amount: Decimal, currency: Currency, unit_rate: Decimal) -> Decimal:
    """Return an unrounded amount in won, at a rate for `unit` of the currency."""
    return amount * unit_rate / currency.unit
