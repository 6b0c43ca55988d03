"""What accounts hold abroad, before any price."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from kistui.simulator.foreign import EXCHANGES, USD, Exchange, Share, on_step
from kistui.simulator.listings import made_up
from kistui.simulator.market import draw

NOTHING = Decimal(0)


class Deal(NamedTuple):
    """Shares that changed hands today at a price."""

    quantity: Decimal = NOTHING
    price: Decimal = NOTHING

    @property
    def amount(self) -> Decimal:
        """In the share's currency."""
        return self.quantity * self.price


NO_DEAL = Deal()


class Holding(NamedTuple):
    """Shares held after today's trades and what they cost; 미니스탁 holds fractions.

    `paid_rate` is the rate of the purchase, in thousandths of today's.
    """

    share: Share
    quantity: Decimal
    cost: Decimal
    bought: Deal = NO_DEAL
    sold: Deal = NO_DEAL
    is_mini: bool = False
    paid_rate: int = 968


@dataclass(frozen=True, slots=True)
class Abroad:
    """Holdings, and cash by currency."""

    holdings: tuple[Holding, ...] = ()
    cash: Mapping[str, Decimal] = field(default_factory=dict)

    def of_exchanges_but(self, without: Set[str]) -> "Abroad":
        """What is left where trading was consented to; without any consent no cash either."""
        if not without:
            return self
        held = tuple(each for each in self.holdings if each.share.exchange.code not in without)
        consented = {each.currency.code for each in EXCHANGES.values() if each.code not in without}
        return Abroad(held, {code: self.cash[code] for code in self.cash if code in consented})


AbroadMaker = Callable[[int], Abroad]
"""From a seed."""


def _share(exchange: str, code: str, name: str, close: str, isin: str = "") -> Share:
    return Share(code, name, Decimal(close), EXCHANGES[exchange], isin)


TESLA = _share("NASD", "TSLA", "테슬라", "402.18", "US88160R1014")
NVIDIA = _share("NASD", "NVDA", "엔비디아", "178.56", "US67066G1040")
APPLE = _share("NASD", "AAPL", "애플", "271.90", "US0378331005")
COCA_COLA = _share("NYSE", "KO", "코카콜라", "71.24", "US1912161007")
BERKSHIRE = _share("NYSE", "BRK/B", "버크셔 해서웨이 B", "504.35", "US0846707026")
SPY = _share("AMEX", "SPY", "SPDR S&P 500 ETF TRUST", "664.12", "US78462F1030")
TENCENT = _share("SEHK", "00700", "텐센트 홀딩스", "612.50", "KYG875721634")
TOYOTA = _share("TKSE", "7203", "도요타자동차", "3120.50", "JP3633400001")
LY = _share("TKSE", "4689", "Z홀딩스", "402.50", "JP3933800009")
VINAMILK = _share("VNSE", "VNM", "비나밀크", "61200", "VN000000VNM8")
PETROVIETNAM = _share("HASE", "PVS", "페트로베트남 기술서비스", "33400", "VN000000PVS6")
MOUTAI = _share("SHAA", "600519", "귀주모태주", "1452.60", "CNE0000018R8")
CATL = _share("SZAA", "300750", "닝더스다이", "381.22", "CNE100003662")


def _held(share: Share, quantity: str, cost: str, *, is_mini: bool = False) -> Holding:
    return Holding(share=share, quantity=Decimal(quantity), cost=Decimal(cost), is_mini=is_mini)


ORDINARY = (
    _held(TESLA, "12", "3894.12345"),
    _held(TESLA, "0.371285", "151.20418", is_mini=True),
    _held(NVIDIA, "0.052817", "6.91003", is_mini=True),
    Holding(
        share=APPLE,
        quantity=Decimal(20),
        cost=Decimal("4218.50000"),
        bought=Deal(Decimal(5), Decimal("270.44")),
        paid_rate=941,
    ),
    _held(COCA_COLA, "35", "2212.00000"),
    Holding(
        share=BERKSHIRE,
        quantity=NOTHING,
        cost=NOTHING,
        sold=Deal(Decimal(3), Decimal("503.10")),
    ),
    _held(SPY, "4", "2410.88420"),
    _held(TENCENT, "100", "48520.00000"),
    _held(TOYOTA, "100", "284500.00000"),
    _held(LY, "300", "131400.00000"),
    _held(VINAMILK, "500", "34150000.00000"),
    _held(MOUTAI, "100", "158800.00000"),
)
CASH = {
    code: Decimal(text)
    for code, text in (
        ("USD", "3120.47"), ("HKD", "812.30"), ("JPY", "58210"), ("VND", "1204500"),
        ("CNY", "0"),
    )
}  # fmt: skip
MUCH = (*ORDINARY, _held(PETROVIETNAM, "1000", "29800000.00000"), _held(CATL, "200", "61240.00000"))
MADE_UP = 230
"""Shares made up for the US, in an account with much abroad."""


def empty(seed: int) -> Abroad:
    """Cash alone."""
    del seed
    return Abroad((), CASH)


def ordinary(seed: int) -> Abroad:
    """A dozen rows in six markets, two of them fractions."""
    del seed
    return Abroad(ORDINARY, CASH)


def much(seed: int) -> Abroad:
    """Every exchange, and more US shares than two pages hold."""
    return Abroad((*MUCH, *(_made_up(index, seed) for index in range(MADE_UP))), CASH)


def hostile(seed: int) -> Abroad:
    """Names that attack a terminal and a markup language."""
    del seed
    names = ("\x1b[2J\x1b[31mRED\x1b[0m", "[@click=app.quit]해외[/]", "\u202eAPPL\u202c\n둘째 줄")
    shares = (_share("NASD", f"EVIL{index}", name, "10.50") for index, name in enumerate(names))
    return Abroad(tuple(_held(share, "3", "30.00000") for share in shares), CASH)


def _made_up(index: int, seed: int) -> Holding:
    exchange = _one_of_us(index)
    close = on_step(Decimal(500 + draw(60_000, seed, index, "abroad")) / 100, USD)
    code = "".join(chr(65 + index // 26**place % 26) for place in (2, 1, 0))
    quantity = Decimal(1 + draw(40, seed, index, "held"))
    cost = quantity * close * (70 + draw(75, seed, index, "paid")) / 100
    return Holding(
        share=Share(f"Z{code}", made_up(index, seed).name, close, exchange),
        quantity=quantity,
        cost=cost.quantize(Decimal("0.00001")),
        paid_rate=900 + draw(120, seed, index, "rate"),
    )


def _one_of_us(index: int) -> Exchange:
    return EXCHANGES[("NASD", "NYSE", "NASD", "AMEX")[index % 4]]
