"""The accounts that scenes show, each a book for a seed and a number of rows."""

from collections.abc import Callable

from kistui.simulator.book import Book, Loan, Position, Trade
from kistui.simulator.listings import (
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
    made_up,
)
from kistui.simulator.market import Item, draw

BookMaker = Callable[[int, int | None], Book]
"""From a seed and a number of rows; with `None` the account has as many as it likes."""

DEPOSIT = 18_204_330

ORDINARY = (
    Position(item=SAMSUNG, quantity=180, cost=12_823_200),
    Position(item=HYNIX, quantity=22, cost=6_567_000),
    Position(item=NAVER, quantity=20, cost=5_026_000),
    Position(item=HYUNDAI, quantity=25, cost=5_370_000),
    Position(item=KODEX_200, quantity=150, cost=6_042_930, bought_today=Trade(20, 47_900)),
    Position(item=TIGER_SP500, quantity=300, cost=6_261_000),
    Position(item=KEPCO, quantity=130, cost=4_088_500),
    Position(item=KAKAO, quantity=60, cost=4_704_000),
    Position(item=CELLTRION, quantity=28, cost=5_129_600),
    Position(item=SAMSUNG_ELECTRO, quantity=0, cost=0, sold_today=Trade(10, 142_000)),
    Position(item=LG_ENERGY, quantity=9, cost=4_095_000),
    Position(item=KB, quantity=45, cost=3_883_512, sold_yesterday=Trade(15, 117_500)),
    Position(item=POSCO, quantity=12, cost=4_468_800),
)

CREDIT = (
    Position(item=SAMSUNG, quantity=120, cost=9_216_000),
    Position(item=SAMSUNG, quantity=80, cost=6_904_000, loan=Loan(4_142_400, 12)),
    Position(item=SAMSUNG, quantity=50, cost=4_385_000, loan=Loan(2_631_000, 3)),
    Position(item=HYNIX, quantity=15, cost=5_842_500, loan=Loan(3_505_500, 27)),
    Position(item=KAKAO, quantity=40, cost=2_664_000),
    Position(item=KAKAO, quantity=100, cost=7_130_000, loan=Loan(4_278_000, 61)),
    Position(item=NAVER, quantity=18, cost=4_311_000),
    Position(item=CELLTRION, quantity=20, cost=3_508_000, loan=Loan(1_754_000, 40, "유통융자")),
)

ISA = (
    Position(item=KODEX_200, quantity=40, cost=1_702_400),
    Position(item=TIGER_SP500, quantity=210, cost=4_525_500, bought_today=Trade(10, 24_250)),
    Position(item=KEPCO, quantity=35, cost=1_421_000),
)

SAVINGS = (
    Position(item=TIGER_SP500, quantity=520, cost=9_880_000),
    Position(item=KODEX_200, quantity=95, cost=3_914_000),
)

PENSION = (
    Position(item=TIGER_SP500, quantity=860, cost=16_340_000, bought_today=Trade(15, 24_280)),
    Position(item=KODEX_200, quantity=120, cost=5_160_000),
    Position(item=BONDS, quantity=75, cost=7_927_500),
    Position(item=MONEY_MARKET, quantity=30, cost=3_189_000),
    Position(item=NASDAQ_100, quantity=0, cost=0, sold_today=Trade(8, 131_500)),
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
    "\u1109\u1161\u11b7\u1109\u1165\u11bc\u110c\u1165\u11ab\u110c\u1161",  # 삼성전자, decomposed
    "👩‍👩‍👧‍👦 가족 🇰🇷 📈",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324algo",
    "   ",
    "'; DROP TABLE 잔고; --",
    '=HYPERLINK("http://example.invalid")',
)


def ordinary(seed: int, rows: int | None) -> Book:
    """A dozen well-known items, one sold out today; made-up ones follow when more are wanted."""
    return Book(_extended(ORDINARY, seed, rows), DEPOSIT)


def empty(seed: int, rows: int | None) -> Book:
    """Cash alone."""
    del seed, rows
    return Book((), DEPOSIT)


def many(seed: int, rows: int | None) -> Book:
    """Five hundred made-up items."""
    return Book(_extended((), seed, 500 if rows is None else rows), DEPOSIT)


def credit(seed: int, rows: int | None) -> Book:
    """Items held for cash and on margin at once: a row for each loan."""
    wanted = len(CREDIT) if rows is None else rows
    more = (_margin_pair(index, seed)[index % 2] for index in range(wanted - len(CREDIT)))
    return Book((*CREDIT[:wanted], *more), DEPOSIT)


def hostile(seed: int, rows: int | None) -> Book:
    """Names that attack a terminal, a markup language or a table."""
    named = tuple(
        holding(Item(f"{700_000 + 10 * index:06d}", name, made_up(index, seed).close), seed)
        for index, name in enumerate(HOSTILE_NAMES)
    )
    return Book(_extended(named, seed, rows), DEPOSIT)


def isa(seed: int, rows: int | None) -> Book:
    """A few funds and a dividend, as in a 중개형 ISA."""
    del seed, rows
    return Book(ISA, 1_204_510)


def savings(seed: int, rows: int | None) -> Book:
    """Two funds, as in a 연금저축."""
    del seed, rows
    return Book(SAVINGS, 388_020)


def pension(seed: int, rows: int | None) -> Book:
    """Funds in an IRP, one bought today and one sold out; made-up ones when more are wanted."""
    return Book(_extended(PENSION, seed, rows), 2_450_880)


def many_pension(seed: int, rows: int | None) -> Book:
    """The same IRP with made-up items up to 120."""
    return pension(seed, 120 if rows is None else rows)


def holding(item: Item, seed: int) -> Position:
    """Between a few hundred thousand and two million won of an item, at a cost near and far."""
    quantity = 1 + (300_000 + draw(1_700_000, seed, item.code, "worth")) // item.close
    cost = quantity * item.close * (70 + draw(75, seed, item.code, "cost")) // 100
    return Position(item=item, quantity=quantity, cost=cost + draw(quantity, seed, item.code))


def _extended(named: tuple[Position, ...], seed: int, rows: int | None) -> tuple[Position, ...]:
    wanted = len(named) if rows is None else rows
    more = (holding(made_up(index, seed), seed) for index in range(wanted - len(named)))
    return (*named[:wanted], *more)


def _margin_pair(index: int, seed: int) -> tuple[Position, Position]:
    """The same item for cash and on margin, for two neighbouring numbers."""
    cash = holding(made_up(index // 2, seed), seed)
    loan = Loan(cash.cost * 3 // 5, 1 + draw(80, seed, index // 2, "loan"))
    return cash, Position(item=cash.item, quantity=cash.quantity, cost=cash.cost, loan=loan)
