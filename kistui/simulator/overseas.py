"""Overseas exchanges, currencies with their rates to the won, instruments, and portfolios."""

from collections.abc import Callable, Mapping, Set
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from msgspec import Struct, field

from kistui.simulator.instruments import deterministic_random, generate_instrument
from kistui.simulator.trading_days import KRX_CALENDAR


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
    """A share listed overseas; `previous_close` is in its currency."""

    code: str
    name: str
    previous_close: Decimal
    exchange: Exchange
    isin: str = ""

    @property
    def currency(self) -> Currency:
        """The currency in which the instrument is traded."""
        return self.exchange.currency


def round_to_price_step(price: Decimal, currency: Currency) -> Decimal:
    """Return the price rounded to the currency's price step."""
    return (price / currency.price_step).quantize(Decimal(1), ROUND_HALF_UP) * currency.price_step


def exchange_rate(currency: Currency, seed: int, day: date) -> Decimal:
    """Return the won for `unit` of a currency: the first rate of the day, valid all day.

    On a day without trading it is that of the last trading day.
    """
    day = KRX_CALENDAR.on_or_before(day)
    off = deterministic_random(20_001, seed, currency.code, day) - 10_000
    return (currency.rate * (1_000_000 + off) / 1_000_000).quantize(Decimal("0.01"))


def exchange_rates(seed: int, day: date) -> dict[str, Decimal]:
    """Return the rates of a day by currency code."""
    return {code: exchange_rate(currency, seed, day) for code, currency in CURRENCIES.items()}


def to_won(amount: Decimal, currency: Currency, unit_rate: Decimal) -> Decimal:
    """Return an unrounded amount in won, at a rate for `unit` of the currency."""
    return amount * unit_rate / currency.unit


ZERO = Decimal(0)


class OverseasFill(NamedTuple):
    """Shares traded today at a price."""

    quantity: Decimal = ZERO
    price: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """The amount in the share's currency."""
        return self.quantity * self.price


NO_OVERSEAS_FILL = OverseasFill()


class OverseasPosition(NamedTuple):
    """Shares held after today's trades and their cost; 미니스탁 holds fractions.

    `purchase_rate_permille` is the exchange rate of the purchase in thousandths of today's.
    """

    instrument: OverseasInstrument
    quantity: Decimal
    purchase_amount: Decimal
    bought_today: OverseasFill = NO_OVERSEAS_FILL
    sold_today: OverseasFill = NO_OVERSEAS_FILL
    is_ministock: bool = False
    purchase_rate_permille: int = 968

    @property
    def quantity_yesterday(self) -> Decimal:
        """The shares held before today's trades."""
        return self.quantity - self.bought_today.quantity + self.sold_today.quantity

    @property
    def cost_of_sale(self) -> Decimal:
        """The purchase amount of the shares sold today."""
        return self.sold_today.amount * 9 / 10


class OverseasPortfolio(Struct, frozen=True):
    """Overseas positions, and cash by currency."""

    positions: tuple[OverseasPosition, ...] = ()
    cash_by_currency: Mapping[str, Decimal] = field(default_factory=dict)

    def without_exchanges(self, exchange_codes: Set[str]) -> "OverseasPortfolio":
        """Return the portfolio without these exchanges; if none is left, without cash either."""
        if not exchange_codes:
            return self
        positions = tuple(
            position
            for position in self.positions
            if position.instrument.exchange.code not in exchange_codes
        )
        consented = {
            exchange.currency.code
            for exchange in EXCHANGES.values()
            if exchange.code not in exchange_codes
        }
        cash = {code: amount for code, amount in self.cash_by_currency.items() if code in consented}
        return OverseasPortfolio(positions, cash)


OverseasPortfolioFactory = Callable[[int], OverseasPortfolio]
"""Returns an overseas portfolio for a seed."""


def _instrument(
    exchange: str, code: str, name: str, close: str, isin: str = ""
) -> OverseasInstrument:
    return OverseasInstrument(code, name, Decimal(close), EXCHANGES[exchange], isin)


TESLA = _instrument("NASD", "TSLA", "테슬라", "402.18", "US88160R1014")
NVIDIA = _instrument("NASD", "NVDA", "엔비디아", "178.56", "US67066G1040")
APPLE = _instrument("NASD", "AAPL", "애플", "271.90", "US0378331005")
COCA_COLA = _instrument("NYSE", "KO", "코카콜라", "71.24", "US1912161007")
BERKSHIRE = _instrument("NYSE", "BRK/B", "버크셔 해서웨이 B", "504.35", "US0846707026")
SPY = _instrument("AMEX", "SPY", "SPDR S&P 500 ETF TRUST", "664.12", "US78462F1030")
TENCENT = _instrument("SEHK", "00700", "텐센트 홀딩스", "612.50", "KYG875721634")
TOYOTA = _instrument("TKSE", "7203", "도요타자동차", "3120.50", "JP3633400001")
LY = _instrument("TKSE", "4689", "Z홀딩스", "402.50", "JP3933800009")
VINAMILK = _instrument("VNSE", "VNM", "비나밀크", "61200", "VN000000VNM8")
PETROVIETNAM = _instrument("HASE", "PVS", "페트로베트남 기술서비스", "33400", "VN000000PVS6")
MOUTAI = _instrument("SHAA", "600519", "귀주모태주", "1452.60", "CNE0000018R8")
CATL = _instrument("SZAA", "300750", "닝더스다이", "381.22", "CNE100003662")


def _position(
    share: OverseasInstrument, quantity: str, cost: str, *, is_mini: bool = False
) -> OverseasPosition:
    return OverseasPosition(
        instrument=share,
        quantity=Decimal(quantity),
        purchase_amount=Decimal(cost),
        is_ministock=is_mini,
    )


ORDINARY = (
    _position(TESLA, "12", "3894.12345"),
    _position(TESLA, "0.371285", "151.20418", is_mini=True),
    _position(NVIDIA, "0.052817", "6.91003", is_mini=True),
    OverseasPosition(
        instrument=APPLE,
        quantity=Decimal(20),
        purchase_amount=Decimal("4218.50000"),
        bought_today=OverseasFill(Decimal(5), Decimal("270.44")),
        purchase_rate_permille=941,
    ),
    _position(COCA_COLA, "35", "2212.00000"),
    OverseasPosition(
        instrument=BERKSHIRE,
        quantity=ZERO,
        purchase_amount=ZERO,
        sold_today=OverseasFill(Decimal(3), Decimal("503.10")),
    ),
    _position(SPY, "4", "2410.88420"),
    _position(TENCENT, "100", "48520.00000"),
    _position(TOYOTA, "100", "284500.00000"),
    _position(LY, "300", "131400.00000"),
    _position(VINAMILK, "500", "34150000.00000"),
    _position(MOUTAI, "100", "158800.00000"),
)
CASH = {
    code: Decimal(text)
    for code, text in (
        ("USD", "3120.47"), ("HKD", "812.30"), ("JPY", "58210"), ("VND", "1204500"),
        ("CNY", "0"),
    )
}  # fmt: skip
LARGE = (
    *ORDINARY,
    _position(PETROVIETNAM, "1000", "29800000.00000"),
    _position(CATL, "200", "61240.00000"),
)
GENERATED_COUNT = 230
"""Number of generated US positions in the large portfolio."""


def empty(seed: int) -> OverseasPortfolio:
    """Return a portfolio of cash only."""
    del seed
    return OverseasPortfolio((), CASH)


def ordinary(seed: int) -> OverseasPortfolio:
    """Return a dozen positions in six markets, two of them fractional."""
    del seed
    return OverseasPortfolio(ORDINARY, CASH)


def large(seed: int) -> OverseasPortfolio:
    """Return positions on every exchange, with more US shares than two pages hold."""
    return OverseasPortfolio(
        (*LARGE, *(_generate_position(index, seed) for index in range(GENERATED_COUNT))), CASH
    )


def hostile(seed: int) -> OverseasPortfolio:
    """Return positions whose names hold control sequences and markup."""
    del seed
    names = ("\x1b[2J\x1b[31mRED\x1b[0m", "[@click=app.quit]해외[/]", "\u202eAPPL\u202c\n둘째 줄")
    shares = (
        _instrument("NASD", f"EVIL{index}", name, "10.50") for index, name in enumerate(names)
    )
    return OverseasPortfolio(tuple(_position(share, "3", "30.00000") for share in shares), CASH)


def _generate_position(index: int, seed: int) -> OverseasPosition:
    exchange = _us_exchange(index)
    close = round_to_price_step(
        Decimal(500 + deterministic_random(60_000, seed, index, "abroad")) / 100, USD
    )
    code = "".join(chr(65 + index // 26**place % 26) for place in (2, 1, 0))
    quantity = Decimal(1 + deterministic_random(40, seed, index, "held"))
    cost = quantity * close * (70 + deterministic_random(75, seed, index, "paid")) / 100
    return OverseasPosition(
        instrument=OverseasInstrument(
            f"Z{code}", generate_instrument(index, seed).name, close, exchange
        ),
        quantity=quantity,
        purchase_amount=cost.quantize(Decimal("0.00001")),
        purchase_rate_permille=900 + deterministic_random(120, seed, index, "rate"),
    )


def _us_exchange(index: int) -> Exchange:
    return EXCHANGES[("NASD", "NYSE", "NASD", "AMEX")[index % 4]]
