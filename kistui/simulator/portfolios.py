"""Domestic portfolios without prices: their parts, and those of the scenes.

A scene's portfolio is a function of a seed and a number of rows.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from kistui.simulator.instruments import (
    BONDS,
    CELLTRION,
    HYNIX,
    HYUNDAI,
    KAKAO,
    KB,
    KEPCO,
    KODEX_200,
    LG_ENERGY,
    MONEY_MARKET,
    NASDAQ_100,
    NAVER,
    POSCO,
    SAMSUNG,
    SAMSUNG_ELECTRO,
    TIGER_SP500,
    Instrument,
    deterministic_random,
    generate_instrument,
)
from kistui.simulator.trading_days import KRX


class Trade(NamedTuple):
    """Shares traded at a price in won."""

    quantity: int = 0
    price: int = 0

    @property
    def amount(self) -> int:
        """The amount in won."""
        return self.quantity * self.price


class Loan(NamedTuple):
    """A margin loan in won; its age and its term are in days."""

    amount: int
    days_ago: int
    loan_type: str = "자기융자"
    term_days: int = 90


NO_TRADE = Trade()


class Position(NamedTuple):
    """A row: the shares held after the trades of today and yesterday, and their cost in won."""

    instrument: Instrument
    quantity: int
    purchase_amount: int
    bought_yesterday: Trade = NO_TRADE
    sold_yesterday: Trade = NO_TRADE
    bought_today: Trade = NO_TRADE
    sold_today: Trade = NO_TRADE
    loan: Loan | None = None
    ordered_today: int = 0
    """Shares of today's purchase order, if it is not filled yet."""

    @property
    def quantity_yesterday(self) -> int:
        """The number of shares held at yesterday's close."""
        return self.quantity - self.bought_today.quantity + self.sold_today.quantity

    def cost_of(self, sale: Trade) -> int:
        """Return the purchase amount of shares sold, at the average of those held."""
        average = self.purchase_amount // self.quantity if self.quantity else sale.price * 9 // 10
        return average * sale.quantity


class Portfolio(NamedTuple):
    """An account's positions, and its cash today (D+0) in won.

    `settles_next_day` is set on days without trading: the cash of trades before yesterday's.
    """

    positions: tuple[Position, ...]
    deposit: int
    settles_next_day: int | None = None

    @property
    def cash_of_yesterday(self) -> int:
        """The cash from yesterday's trades in won, negative if they cost more."""
        bought = sum(position.bought_yesterday.amount for position in self.positions)
        sold = sum(position.sold_yesterday.amount for position in self.positions)
        return sold - bought - trading_costs(bought, sold)


def trading_costs(bought: int, sold: int) -> int:
    """Return fees of 0.014 % on both sides and a tax of 0.15 % on sales, in whole won."""
    return (bought + sold) * 14 // 100_000 + sold * 15 // 10_000


FILLING_ORDER = 400
"""Shares of an order that is being filled."""
SECONDS_PER_SHARE = 60


def fill_order(portfolio: Portfolio, instant: datetime) -> Portfolio:
    """Return a portfolio whose order for KODEX 200 is filled share by share during a session."""
    day = KRX.session_day(instant)
    until = min(instant, KRX.closing(day))
    filled = int((until - KRX.opening(day)).total_seconds()) // SECONDS_PER_SHARE
    positions = tuple(
        position._replace(
            quantity=position.quantity_yesterday + filled,
            purchase_amount=position.purchase_amount
            + (filled - position.bought_today.quantity) * position.bought_today.price,
            bought_today=Trade(filled, position.bought_today.price),
            ordered_today=FILLING_ORDER,
        )
        if position.instrument.code == KODEX_200.code and position.bought_today.quantity
        else position
        for position in portfolio.positions
    )
    return portfolio._replace(positions=positions)


PortfolioFactory = Callable[[int, int | None], Portfolio]
"""Returns a portfolio for a seed and a number of rows; `None` is the portfolio's default number."""

DEPOSIT = 18_204_330

ORDINARY = (
    Position(instrument=SAMSUNG, quantity=180, purchase_amount=12_823_200),
    Position(instrument=HYNIX, quantity=22, purchase_amount=6_567_000),
    Position(instrument=NAVER, quantity=20, purchase_amount=5_026_000),
    Position(instrument=HYUNDAI, quantity=25, purchase_amount=5_370_000),
    Position(
        instrument=KODEX_200,
        quantity=150,
        purchase_amount=6_042_930,
        bought_today=Trade(20, 47_900),
    ),
    Position(instrument=TIGER_SP500, quantity=300, purchase_amount=6_261_000),
    Position(instrument=KEPCO, quantity=130, purchase_amount=4_088_500),
    Position(instrument=KAKAO, quantity=60, purchase_amount=4_704_000),
    Position(instrument=CELLTRION, quantity=28, purchase_amount=5_129_600),
    Position(
        instrument=SAMSUNG_ELECTRO, quantity=0, purchase_amount=0, sold_today=Trade(10, 142_000)
    ),
    Position(instrument=LG_ENERGY, quantity=9, purchase_amount=4_095_000),
    Position(
        instrument=KB, quantity=45, purchase_amount=3_883_512, sold_yesterday=Trade(15, 117_500)
    ),
    Position(instrument=POSCO, quantity=12, purchase_amount=4_468_800),
)

CREDIT = (
    Position(instrument=SAMSUNG, quantity=120, purchase_amount=9_216_000),
    Position(instrument=SAMSUNG, quantity=80, purchase_amount=6_904_000, loan=Loan(4_142_400, 12)),
    Position(instrument=SAMSUNG, quantity=50, purchase_amount=4_385_000, loan=Loan(2_631_000, 3)),
    Position(instrument=HYNIX, quantity=15, purchase_amount=5_842_500, loan=Loan(3_505_500, 27)),
    Position(instrument=KAKAO, quantity=40, purchase_amount=2_664_000),
    Position(instrument=KAKAO, quantity=100, purchase_amount=7_130_000, loan=Loan(4_278_000, 61)),
    Position(instrument=NAVER, quantity=18, purchase_amount=4_311_000),
    Position(
        instrument=CELLTRION,
        quantity=20,
        purchase_amount=3_508_000,
        loan=Loan(1_754_000, 40, "유통융자"),
    ),
)

ISA = (
    Position(instrument=KODEX_200, quantity=40, purchase_amount=1_702_400),
    Position(
        instrument=TIGER_SP500,
        quantity=210,
        purchase_amount=4_525_500,
        bought_today=Trade(10, 24_250),
    ),
    Position(instrument=KEPCO, quantity=35, purchase_amount=1_421_000),
)

SAVINGS = (
    Position(instrument=TIGER_SP500, quantity=520, purchase_amount=9_880_000),
    Position(instrument=KODEX_200, quantity=95, purchase_amount=3_914_000),
)

PENSION = (
    Position(
        instrument=TIGER_SP500,
        quantity=860,
        purchase_amount=16_340_000,
        bought_today=Trade(15, 24_280),
    ),
    Position(instrument=KODEX_200, quantity=120, purchase_amount=5_160_000),
    Position(instrument=BONDS, quantity=75, purchase_amount=7_927_500),
    Position(instrument=MONEY_MARKET, quantity=30, purchase_amount=3_189_000),
    Position(instrument=NASDAQ_100, quantity=0, purchase_amount=0, sold_today=Trade(8, 131_500)),
)

HOSTILE_NAMES = (
    "\x1b[2J\x1b[1;31m빨간 화면\x1b[0m",
    "\x1b]52;c;ZWNobyBvd25lZA==\x07클립보드",
    "\x1b]0;제목 바꾸기\x1b\\창 제목",
    "\x9b31mC1 제어문자\x9b0m",
    "\x90q\x9cDCS\x85다음 줄",
    "두 줄\n이름\r\n셋째",
    "탭\t이름\v세로\f쪽",
    "\x01\x07\x08\x0e\x7f제어",
    "\u202egnusmaS\u202c 뒤집힘",
    "\u2066고립\u2069\u200f\u200b\u2060보이지 않음\ufeff",
    "[red]빨강[/red]",
    "[@click=app.quit]눌러 보세요[/]",
    "[link=https://example.invalid]링크[/link]",
    "닫는 표식만 [/",
    "[/]",
    "$primary \\[역슬래시\\",
    "아주 긴 이름 " * 40,
    "\u1109\u1161\u11b7\u1109\u1165\u11bc\u110c\u1165\u11ab\u110c\u1161",  # decomposed Hangul (NFD)
    "👩‍👩‍👧‍👦 가족 🇰🇷 📈",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324algo",
    "   ",
    "'; DROP TABLE 잔고; --",
    '=HYPERLINK("http://example.invalid")',
)


def ordinary(seed: int, rows: int | None) -> Portfolio:
    """Return a dozen well-known items, one sold out today, padded with generated items."""
    return Portfolio(_pad_with_generated(ORDINARY, seed, rows), DEPOSIT)


def empty(seed: int, rows: int | None) -> Portfolio:
    """Return a portfolio of cash only."""
    del seed, rows
    return Portfolio((), DEPOSIT)


def large(seed: int, rows: int | None) -> Portfolio:
    """Return generated items, 500 by default."""
    return Portfolio(_pad_with_generated((), seed, 500 if rows is None else rows), DEPOSIT)


def credit(seed: int, rows: int | None) -> Portfolio:
    """Return items held for cash and on margin at once, with a row for each loan."""
    row_count = len(CREDIT) if rows is None else rows
    generated = (_margin_pair(index, seed)[index % 2] for index in range(row_count - len(CREDIT)))
    return Portfolio((*CREDIT[:row_count], *generated), DEPOSIT)


def hostile(seed: int, rows: int | None) -> Portfolio:
    """Return items whose names hold control sequences, markup or separators."""
    known = tuple(
        generate_position(
            Instrument(
                f"{700_000 + 10 * index:06d}", name, generate_instrument(index, seed).previous_close
            ),
            seed,
        )
        for index, name in enumerate(HOSTILE_NAMES)
    )
    return Portfolio(_pad_with_generated(known, seed, rows), DEPOSIT)


def isa(seed: int, rows: int | None) -> Portfolio:
    """Return a few funds and a dividend stock, as in a 중개형 ISA."""
    del seed, rows
    return Portfolio(ISA, 1_204_510)


def savings(seed: int, rows: int | None) -> Portfolio:
    """Return two funds, as in a 연금저축."""
    del seed, rows
    return Portfolio(SAVINGS, 388_020)


def pension(seed: int, rows: int | None) -> Portfolio:
    """Return the funds of an IRP, one bought today and one sold out, and generated funds."""
    return Portfolio(_pad_with_generated(PENSION, seed, rows), 2_450_880)


def large_pension(seed: int, rows: int | None) -> Portfolio:
    """Return the funds of an IRP, padded with generated funds to 120 rows by default."""
    return pension(seed, 120 if rows is None else rows)


def generate_position(item: Instrument, seed: int) -> Position:
    """Return a position of some 100,000 to 2,000,000 won, bought near today's price."""
    quantity = (
        1
        + (300_000 + deterministic_random(1_700_000, seed, item.code, "worth"))
        // item.previous_close
    )
    cost = (
        quantity
        * item.previous_close
        * (70 + deterministic_random(75, seed, item.code, "cost"))
        // 100
    )
    return Position(
        instrument=item,
        quantity=quantity,
        purchase_amount=cost + deterministic_random(quantity, seed, item.code),
    )


def _pad_with_generated(
    known: tuple[Position, ...], seed: int, rows: int | None
) -> tuple[Position, ...]:
    row_count = len(known) if rows is None else rows
    generated = (
        generate_position(generate_instrument(index, seed), seed)
        for index in range(row_count - len(known))
    )
    return (*known[:row_count], *generated)


def _margin_pair(index: int, seed: int) -> tuple[Position, Position]:
    """Return a cash and a margin position of the same generated item."""
    cash = generate_position(generate_instrument(index // 2, seed), seed)
    loan = Loan(
        cash.purchase_amount * 3 // 5, 1 + deterministic_random(80, seed, index // 2, "loan")
    )
    return cash, Position(
        instrument=cash.instrument,
        quantity=cash.quantity,
        purchase_amount=cash.purchase_amount,
        loan=loan,
    )
